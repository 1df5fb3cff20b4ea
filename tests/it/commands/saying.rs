//! How the program speaks when something is wrong, and what it says about itself.

use super::keys;
use crate::world::{Program, feed_source};

#[test]
fn every_command_explains_itself_and_its_flags() {
    let program = Program::new();
    let all = program.call(&["--help"]).ended(0).out;
    for (command, flags) in [
        ("demo", "--once --port"),
        ("run", "--listen"),
        ("crawl", "--source"),
        ("import", "<FILE>"),
        (
            "search",
            "--area --level --country --language --organisation --source --kind --from --to \
             --deadline-from --deadline-to --relevant --sort --limit --collapse",
        ),
        ("tag", "FILE"),
        ("digest", "--week --area --level --language --out"),
        ("sources", "list show pause resume"),
        ("probe", "--url --header"),
        ("read", "--url"),
        ("robots", "<FILE> <AGENT> <URL>"),
        ("rebuild", "finder tags stories"),
        ("check", ""),
        ("config", ""),
    ] {
        assert!(all.contains(&format!("  {command} ")), "`{command}` is not in --help");
        let help = program.call(&[command, "--help"]).ended(0).out;
        let shared = ["--data-dir", "--config", "--json", "--now", "--verbose"];
        for flag in flags.split_whitespace().chain(shared) {
            assert!(help.contains(flag), "`{command} --help` says nothing of {flag}:\n{help}");
        }
    }
}

#[test]
fn wrong_use_ends_with_two() {
    let program = Program::new();
    for arguments in [
        &[][..],
        &["fly"],
        &["search", "--from", "yesterday"],
        &["search", "--level", "galactic"],
        &["search", "--area", "9.9"],
        &["search", "--language", "klingon"],
        &["search", "--limit", "0"],
        &["digest", "--week", "2026-W54"],
        &["demo", "--port", "eighty"],
        &["rebuild", "everything"],
        &["crawl", "--now", "noon"],
    ] {
        let told = program.call(arguments).ended(2);
        assert!(told.out.is_empty() && !told.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn every_setting_is_told_with_where_it_came_from() {
    let mut program = Program::with("", "pause = \"3s\"\nat_once = 4\n");
    program.set("UTKIK_AT_ONCE", "5");
    let settings = program.call(&["config", "--json", "--data-dir", "here"]).ended(0).lines();
    let from = |name: &str| {
        let told = settings.iter().find(|told| told["name"] == name).unwrap();
        (told["value"].as_str().unwrap().to_owned(), told["from"].as_str().unwrap().to_owned())
    };
    assert_eq!(from("pause"), ("3s".into(), "utkik.toml:1".into()));
    assert_eq!(from("at_once"), ("5".into(), "environment UTKIK_AT_ONCE".into()));
    assert_eq!(from("data_dir"), ("here".into(), "flag --data-dir".into()));
    assert_eq!(from("digest_language").1, "default");
}

#[test]
fn a_password_is_not_told() {
    let mut program = Program::new();
    program.set("UTKIK_ARCHIVE", "postgres://reader:sesame@127.0.0.1:1/archive");
    for arguments in [&["config"][..], &["config", "--json"], &["search", "x"], &["check"]] {
        let told = program.call(arguments);
        assert!(!told.out.contains("sesame") && !told.err.contains("sesame"), "{told:?}");
    }
}

#[test]
fn faults_of_the_configuration_name_file_and_line_and_nothing_starts() {
    let program = Program::with("", "pause = \"3s\"\npaus = \"4s\"\nlisten = \"here\"\n");
    for arguments in [&["crawl"][..], &["search", "x"], &["run"], &["demo", "--once"]] {
        let told = program.call(arguments).ended(1);
        assert!(told.err.contains("utkik.toml:2: ") && told.err.contains("paus"), "{}", told.err);
        assert!(told.err.contains("utkik.toml:3: "), "all faults at once: {}", told.err);
        assert!(!program.data_dir().join("utkik.db").exists());
    }
    let told = program.call(&["check", "--json"]).ended(1).json();
    assert_eq!(keys(&told), ["faults"]);
    assert_eq!(told["faults"].as_array().unwrap().len(), 2);
    assert_eq!(keys(&told["faults"][0]), ["file", "line", "what"]);
    assert_eq!(told["faults"][0]["line"], 2);
    let broken = Program::with("", "pause = \"3s\"\nhosts = [\n");
    assert!(broken.call(&["crawl"]).ended(1).err.contains("utkik.toml:"));
    assert!(
        Program::new().call(&["crawl", "--config", "no.toml"]).ended(1).err.contains("no.toml")
    );
}

#[test]
fn faults_of_the_catalogue_name_file_and_line_and_nothing_starts() {
    let good = feed_source("test-good", "good.example");
    let bad = feed_source("test-bad", "bad.example").replace("national", "galactic");
    let program = Program::with(&(good + &bad), "");
    program.write("utkik-data/catalogue/torn.toml", "[[source]]\nid = \"torn\n");
    for arguments in [&["crawl"][..], &["run"], &["search", "x"], &["tag"], &["sources"]] {
        let told = program.call(arguments).ended(1);
        assert!(told.err.contains("test.toml:18: "), "{}", told.err);
        assert!(told.err.contains("torn.toml:2: "), "{}", told.err);
        assert!(!program.data_dir().join("utkik.db").exists());
    }
    let faults = program.call(&["check", "--json"]).ended(1).json();
    assert_eq!(faults["faults"].as_array().unwrap().len(), 2, "{faults}");
}

#[test]
fn check_finds_nothing_wrong_in_a_fresh_folder() {
    let program = Program::new();
    let told = program.call(&["check", "--json"]).ended(0).json();
    assert_eq!(told["faults"].as_array().unwrap().len(), 0);
    assert!(!program.data_dir().exists(), "looking makes nothing");
}

#[test]
fn an_archive_that_is_something_else_is_told_and_left_alone() {
    let program = Program::new();
    let path =
        program.write("utkik-data/utkik.db", "This is a letter to my grandmother.".repeat(99));
    for arguments in [&["crawl"][..], &["search", "x"], &["check"]] {
        let told = program.call(arguments).ended(1);
        assert!((told.err + &told.out).contains("utkik.db"));
    }
    assert!(std::fs::read_to_string(path).unwrap().starts_with("This is a letter"));
}
