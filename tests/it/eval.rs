use crate::world::Program;

#[test]
fn measures_come_from_labelled_files() {
    let program = Program::new();
    program.write(
        "items.jsonl",
        r#"{"id": "a", "language": "en", "title": "Health data space: secondary use of health data", "summary": "The EHDS regulation opens health data for research in hospitals.", "labels": ["2.3"], "deadline": null, "refs": []}
{"id": "b", "language": "en", "title": "A new bridge across the river", "summary": "Work begins in the spring.", "labels": [], "deadline": null, "refs": []}
"#,
    );
    program.write(
        "queries.jsonl",
        r#"{"query": "bridge river", "kind": ["plain"], "filters": null, "relevant": {"b": 2}}"#,
    );
    let tagging = program.call(&["--json", "eval", "tagging", "items.jsonl"]).json();
    assert_eq!(tagging["relevance"]["f1"], 1.0);
    assert_eq!(tagging["areas"]["ST.I2.3"]["right"], 1);
    assert_eq!(tagging["areas"].as_object().unwrap().len(), 14);
    let search = program.call(&["--json", "eval", "search", "items.jsonl", "queries.jsonl"]).json();
    assert_eq!((&search["ndcg_at_10"], &search["recall_at_20"]), (&1.0.into(), &1.0.into()));
    let stories = program.call(&["--json", "eval", "stories", "items.jsonl"]).json();
    assert_eq!(stories["pairs"]["wrong"], 0);
    let facts = program.call(&["--json", "eval", "facts", "items.jsonl"]).json();
    assert_eq!(facts["deadlines"]["wrong"], 0);
    let bad = program.call(&["eval", "tagging", "nowhere.jsonl"]);
    assert!(bad.status == 1 && bad.err.contains("nowhere.jsonl"), "{bad:?}");
}

#[test]
fn an_unknown_area_in_a_labelled_file_is_told_with_its_line() {
    let program = Program::new();
    program.write(
        "items.jsonl",
        r#"{"id": "a", "title": "One", "labels": ["G1"]}

{"id": "b", "title": "Two", "labels": ["G1", "9.9"]}
"#,
    );
    let told = program.call(&["eval", "tagging", "items.jsonl"]);
    assert_eq!(told.status, 1);
    assert!(told.err.contains("line 3: there is no goal area `9.9`"), "{}", told.err);
}

#[test]
fn examples_are_judged_by_what_the_other_writers_teach() {
    let program = Program::new();
    let told = program.call(&["--json", "eval", "examples"]).json();
    assert!(told["items"].as_u64().unwrap() > 1500);
    let figure = |what: &serde_json::Value| what.as_f64().unwrap();
    assert!(figure(&told["micro"]["f1"]) > 0.70, "{}", told["micro"]);
    assert!(figure(&told["macro_f1"]) > 0.70, "{}", told["macro_f1"]);
    assert!(figure(&told["relevance"]["f1"]) > 0.93, "{}", told["relevance"]);
}
