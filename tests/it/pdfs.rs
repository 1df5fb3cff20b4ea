//! PDFs: their text by pages, the limits within which they are read, and pages watched for change.

use crate::{
    crawler::{Reply, Web, harvest, words},
    world::Program,
};
use serde_json::Value;
use std::{
    fmt::Write as _,
    io::Write,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};
use utkik_crawler::{Manners, PdfReader};
use utkik_sources::{Due, Kind, Recipe, Source, Visit};

/// Text of a size at a place of a page.
type Set = (u32, u32, u32, String);

/// A PDF of these pages, as ISO 32000-1 describes it, with its own title and a day of making.
fn pdf(title: &str, pages: &[Vec<Set>]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R /Lang (sv-SE) >>".to_owned(),
        String::new(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".into(),
        format!("<< /Title ({}) /CreationDate (D:20260303100000+01'00') >>", escaped(title)),
    ];
    let mut kids = String::new();
    for page in pages {
        let mut content = String::new();
        for (x, y, size, text) in page {
            let text = escaped(text);
            writeln!(content, "BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET").unwrap();
        }
        let number = objects.len() + 1;
        write!(kids, "{number} 0 R ").unwrap();
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            number + 1
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len());
    written(&objects.iter().map(|object| object.clone().into_bytes()).collect::<Vec<_>>())
}

fn written(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        writeln!(bytes, "{} 0 obj", at + 1).unwrap();
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = bytes.len();
    writeln!(bytes, "xref\n0 {}\n0000000000 65535 f ", objects.len() + 1).unwrap();
    for place in places {
        writeln!(bytes, "{place:010} 00000 n ").unwrap();
    }
    writeln!(
        bytes,
        "trailer << /Size {} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF",
        objects.len() + 1
    )
    .unwrap();
    bytes
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match u32::from(letter) {
            code @ 128..=255 => write!(escaped, "\\{code:03o}").unwrap(),
            _ if "()\\".contains(letter) => {
                escaped.push('\\');
                escaped.push(letter);
            }
            _ => escaped.push(letter),
        }
    }
    escaped
}

fn column(x: u32, top: u32, lines: &[&str]) -> Vec<Set> {
    let place = |(at, line): (usize, &&str)| (x, top - 14 * at as u32, 10, (*line).to_owned());
    lines.iter().enumerate().map(place).collect()
}

fn report(pages: u32) -> Vec<u8> {
    let page = |number: u32| {
        let mut page = vec![(50, 810, 8, "Myndighetens rapport 2026:1".to_owned())];
        if number == 1 {
            page.push((50, 770, 20, "Digitala remisser i v\u{e5}rden".into()));
        }
        if number == 1 {
            page.extend(column(
                50,
                730,
                &[
                    "Rapporten beskriver den nationella infra-",
                    "strukturen f\u{f6}r remisser och hur h\u{e4}lso- och",
                    "sjukv\u{e5}rden anv\u{e4}nder den i dag samt vad som",
                    "saknas i regionerna. Den bygger p\u{e5} intervjuer",
                    "med tjugo regioner och p\u{e5} uppgifter fr\u{e5}n",
                    "v\u{e5}rdgivare, enligt bilaga ett.",
                ],
            ));
            page.extend(column(
                310,
                730,
                &[
                    "I den andra spalten st\u{e5}r det som l\u{e4}ses efter",
                    "den f\u{f6}rsta. Arbetet med e-h\u{e4}lsa och med e-",
                    "h\u{e4}lsa i kommunerna g\u{e5}r vidare under \u{e5}ret,",
                    "och en ny rapport kommer till h\u{f6}sten om hur",
                    "regionerna har tagit emot de f\u{f6}rslag som",
                    "l\u{e4}mnas h\u{e4}r.",
                ],
            ));
        } else {
            let word = char::from(b'a' + u8::try_from(number % 26).unwrap()).to_string().repeat(7);
            let line = format!("Sidan som talar om {word} och om annat.");
            page.extend(column(50, 730, &[line.as_str(); 12]));
        }
        page.push((280, 30, 8, format!("Sida {number} ({pages})")));
        page
    };
    pdf("Microsoft Word - utkast.docx", &(1..=pages).map(page).collect::<Vec<_>>())
}

fn read(bytes: &[u8]) -> Value {
    let program = Program::new();
    program.write("a.pdf", bytes);
    program.call(&["read", "a.pdf", "--json"]).ended(0).json()
}

#[test]
fn a_pdf_is_read_column_by_column_without_headers_and_with_its_words_whole() {
    let told = read(&report(3));
    assert_eq!(told["title"], "Digitala remisser i v\u{e5}rden");
    assert_eq!(told["published"], "2026-03-03T09:00:00Z");
    assert_eq!((told["language"].as_str(), told["pages"].as_u64()), (Some("sv"), Some(3)));
    let text = told["text"].as_str().unwrap();
    for words in [
        "den nationella infrastrukturen f\u{f6}r remisser och hur h\u{e4}lso- och sjukv\u{e5}rden",
        "bilaga ett.",
        "Arbetet med e-h\u{e4}lsa och med e-h\u{e4}lsa i kommunerna",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(text.find("bilaga ett").unwrap() < text.find("I den andra spalten").unwrap(), "{text}");
    assert!(!text.contains("Sida ") && !text.contains("Myndighetens rapport"), "{text}");
    assert_eq!(text.matches('\u{c}').count(), 2, "a form feed stands where a page begins");
    assert_eq!(told["troubles"], Value::Array(vec![]));
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// One page whose content is this stream.
fn with_stream(dictionary: &str, stream: &[u8]) -> Vec<u8> {
    let mut content = format!("<< {dictionary} >>\nstream\n").into_bytes();
    content.extend_from_slice(stream);
    content.extend_from_slice(b"\nendstream");
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> /XObject << /X 5 0 R >> >> /Contents 5 0 R >>";
    written(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        page.into(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_vec(),
        content,
    ])
}

#[test]
fn hostile_pdfs_end_in_words_within_limits() {
    let good = report(2);
    let bomb = packed(&packed(&vec![b' '; 200_000_000]));
    let filters = format!("/Length {} /Filter [/FlateDecode /FlateDecode]", bomb.len());
    let nest = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let loops =
        String::from_utf8_lossy(&report(1)).replace("/Parent 2 0 R", "/Kids [2 0 R] /Type /Pages");
    let itself = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> /Length 5";
    let hostile: Vec<(&str, Vec<u8>)> = vec![
        ("cut", good[..good.len() / 2].to_vec()),
        ("empty", b"%PDF-1.7\n".to_vec()),
        ("noise", [b"%PDF-1.7\n".as_slice(), &[0xa5; 50_000]].concat()),
        ("claims", with_stream("/Length 1073741824", b"BT ET")),
        ("bomb", with_stream(&filters, &bomb)),
        ("nest", with_stream(&format!("/Length 5 /N {nest}"), b"BT ET")),
        ("nested content", with_stream(&format!("/Length {}", nest.len()), nest.as_bytes())),
        ("loop", loops.into_bytes()),
        ("form within itself", with_stream(itself, b"/X Do")),
    ];
    for (name, bytes) in hostile {
        let told = read(&bytes);
        let is_told = !told["troubles"].as_array().unwrap().is_empty();
        assert!(is_told || told["text"].is_string(), "{name}: {told}");
    }
}

pub(crate) fn reader() -> PdfReader {
    PdfReader {
        program: PathBuf::from(env!("CARGO_BIN_EXE_utkik")),
        arguments: vec!["pdf-text".into()],
        max_time: Duration::from_secs(120),
    }
}

async fn visit(web: &Web, due: Due) -> Visit {
    let manners = Manners { pdf_reader: Some(reader()), ..web.manners() };
    web.round(vec![due], manners).await.remove("a").unwrap()
}

fn due(web: &Web, kind: Kind, address: &str) -> Due {
    let plain = web.due("a");
    let address = format!("http://a.example{address}");
    Due { source: Source { kind, address, recipe: Recipe::default(), ..plain.source }, ..plain }
}

#[tokio::test]
async fn texts_behind_links_may_be_pdfs() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/feed" => Reply::ok(
            "application/rss+xml",
            "<rss><channel><item><title>Rapport</title><link>http://a.example/r.pdf</link></item></channel></rss>",
        ),
        _ => Reply::bytes("application/pdf", report(2)),
    })
    .await;
    let seen = visit(&web, due(&web, Kind::Feed, "/feed")).await;
    let text = harvest(&seen).finds[0].text.clone().unwrap_or_default();
    assert!(text.contains("den nationella infrastrukturen"), "{text} {}", words(&seen));
}

#[tokio::test]
async fn a_reader_that_cannot_be_had_or_hangs_ends_in_words() {
    let bytes = report(1);
    let none = PdfReader { program: PathBuf::from("/no/such/program"), ..reader() };
    assert!(none.read(&bytes).troubles[0].contains("could not be started"));
    let slow = PdfReader {
        program: PathBuf::from("/bin/sh"),
        arguments: vec!["-c".into(), "exec sleep 1000".into()],
        max_time: Duration::from_millis(50),
    };
    assert_eq!(slow.read(&bytes).troubles, ["is a PDF that could not be read within 0.05 s"]);
    let odd = PdfReader { arguments: vec!["-c".into(), "echo no".into()], ..slow };
    let odd = PdfReader { max_time: Duration::from_secs(120), ..odd };
    assert_eq!(
        odd.read(&bytes).troubles,
        ["is a PDF whose reader said nothing that we understand"]
    );
}

#[tokio::test]
async fn a_watched_page_tells_what_came_and_what_went() {
    let shown = Arc::new(Mutex::new(String::new()));
    let page = Arc::clone(&shown);
    let web = Web::serve(move |_| {
        let text = page.lock().unwrap().clone();
        Reply::ok("text/html", &format!("<html lang=sv><main><h1>Bidrag</h1>{text}</main></html>"))
    })
    .await;
    let words = |day: &str, seen: &str| {
        format!(
            "<p>Bidrag ges till regioner som vill utveckla digitala remisser i v\u{e5}rden.</p>\
             <p>Ans\u{f6}kan ska vara inne senast den {day} 2026.</p><p>Sidan har haft {seen} bes\u{f6}k</p>"
        )
    };
    *shown.lock().unwrap() = words("3 mars", "17");
    let mut due = due(&web, Kind::Page, "/bidrag");
    let first = visit(&web, due.clone()).await;
    let find = harvest(&first).finds[0].clone();
    assert_eq!(find.entry.summary, None);
    due.earlier = find.text;
    *shown.lock().unwrap() = words("3 mars", "18");
    let same = visit(&web, due.clone()).await;
    assert_eq!(harvest(&same).finds[0].entry.guid, find.entry.guid);
    *shown.lock().unwrap() = words("10 mars", "19");
    let changed = visit(&web, due).await;
    let entry = &harvest(&changed).finds[0].entry;
    assert_ne!(entry.guid, find.entry.guid);
    assert_eq!(
        entry.summary.as_deref(),
        Some(
            "+ Ans\u{f6}kan ska vara inne senast den 10 mars 2026.\n- Ans\u{f6}kan ska vara inne senast den 3 mars 2026."
        )
    );
}
