//! Newsletters: mails in a folder, and what they announce.

use crate::crawler::{Reply, Web, harvest, words};
use std::{fs, path::Path};
use utkik_crawler::{Manners, Transport, probe};
use utkik_sources::{Due, Kind, Outcome, Recipe, Source, Visit};

/// A digest as mail programs send it: tables, counters, a headline on each link, and a foot.
const DIGEST: &str = "<html><body><div style='display:none'>The week in short</div>\
    <p>Hej Anna,</p><p><a href='https://mail.example/view-in-browser?m=1'>Visa i webbl&auml;saren</a></p>\
    <table><tr><td><img src='https://mail.example/open.gif'><a href='https://eur.safelinks.protection.outlook.com/?url=http%3A%2F%2Fa.example%2Fett%3Futm_source%3Dmail&amp;data=anna'>\
    <h2>Ny rapport om digitala remisser</h2></a><p>Rapporten visar hur remisser f&ouml;ljs.</p>\
    <a href='https://eur.safelinks.protection.outlook.com/?url=http%3A%2F%2Fa.example%2Fett%3Futm_source%3Dmail&amp;data=anna2'>L&auml;s mer</a></td></tr>\
    <tr><td><h2>Uppdrag om journaler</h2><p>Regeringen ger ett uppdrag.</p><a href='http://a.example/tva?mc_eid=77'>L&auml;s mer &raquo;</a></td></tr>\
    <tr><td><h2>En sida som bara r&auml;knaren k&auml;nner</h2><p>Hemligt m&aring;l.</p><a href='https://agency.us1.list-manage.com/track/click?u=1a&amp;id=2b&amp;e=3c'>L&auml;s mer</a></td></tr></table>\
    <p><a href='https://www.facebook.com/agency'>Facebook</a> <a href='https://mail.example/unsubscribe?u=anna'>Avregistrera dig</a></p>\
    <p>Skickat till anna@region.example</p></body></html>";

fn mail(id: &str, list: &str, body: &str) -> String {
    format!(
        "Delivered-To: anna@region.example\r\nReceived: from x by y; Tue, 3 Mar 2026 08:00:05 +0100\r\n\
         Message-ID: <{id}>\r\nDate: Tue, 3 Mar 2026 08:00:00 +0100\r\n\
         From: =?utf-8?Q?Myndigheten_f=C3=B6r_test?= <nyheter@agency.example>\r\nTo: Anna Karlsson <anna@region.example>\r\n\
         Subject: =?iso-8859-1?Q?Nyheter_fr=E5n_myndigheten?=\r\nList-Id: Nyhetsbrev <{list}>\r\nMIME-Version: 1.0\r\n{body}"
    )
}

fn html(body: &str) -> String {
    format!(
        "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n\
         --a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee the other part.\r\n\
         --a\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n--a--\r\n\
         --m\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjcK\r\n--m--\r\n",
        body.replace('=', "=3D")
    )
}

fn plain(body: &str) -> String {
    format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{}", body.replace('\n', "\r\n"))
}

fn due(web: &Web, address: &str, list: Option<&str>) -> Due {
    let plain = web.due("a");
    let recipe = Recipe { list_id: list.map(str::to_owned), ..Recipe::default() };
    let address = address.to_owned();
    Due { source: Source { kind: Kind::Newsletter, address, recipe, ..plain.source }, ..plain }
}

async fn web() -> Web {
    Web::serve(|request| {
        let text = "The agency has been asked to build a national service, and to report in March.";
        let title = &request.path;
        let page = format!("<html lang=sv><main><h1>{title}</h1><p>{text}</p></main></html>");
        Reply::ok("text/html", &page)
    })
    .await
}

async fn visit(web: &Web, due: Due, base: &Path) -> Visit {
    let manners = Manners { mail_dir: Some(base.to_owned()), ..web.manners() };
    web.round(vec![due], manners).await.remove("a").unwrap()
}

fn titles(visit: &Visit) -> Vec<&str> {
    harvest(visit).finds.iter().map(|find| find.entry.title.as_str()).collect()
}

#[tokio::test]
async fn a_mail_that_lists_publications_gives_each_and_nothing_about_the_receiver() {
    let web = web().await;
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("box/new")).unwrap();
    fs::create_dir_all(folder.path().join("box/cur")).unwrap();
    let digest = mail("1@agency.example", "nyheter.agency.example", &html(DIGEST));
    fs::write(folder.path().join("box/cur/1.host:2,S"), digest).unwrap();
    let other = mail("2@other.example", "other.example", &html(DIGEST));
    fs::write(folder.path().join("box/new/2.host"), other).unwrap();
    let source = due(&web, "maildir:box", Some("nyheter.agency.example"));
    let seen = visit(&web, source.clone(), folder.path()).await;
    assert_eq!(
        titles(&seen),
        [
            "Ny rapport om digitala remisser",
            "Uppdrag om journaler",
            "En sida som bara r\u{e4}knaren k\u{e4}nner"
        ],
        "{}",
        words(&seen)
    );
    let finds = &harvest(&seen).finds;
    let links: Vec<_> = finds.iter().map(|find| find.entry.link.as_deref()).collect();
    assert_eq!(links, [Some("http://a.example/ett"), Some("http://a.example/tva"), None]);
    assert_eq!(finds[0].entry.summary.as_deref(), Some("Rapporten visar hur remisser f\u{f6}ljs."));
    assert!(finds[0].text.as_deref().unwrap().starts_with("The agency has been asked"));
    assert_eq!(finds[2].text.as_deref(), Some("Hemligt m\u{e5}l."));
    assert_eq!(finds[1].entry.published.unwrap().to_string(), "2026-03-03T07:00:00Z");
    let kept = format!("{finds:?}").to_lowercase();
    for secret in ["anna", "mc_eid", "list-manage", "safelinks", "agency.example>"] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
    let asked = web.seen().requests;
    assert!(asked.iter().all(|request| request.path != "/track/click"));
    assert_eq!(fs::read_dir(folder.path().join("box/new")).unwrap().count(), 1, "nothing is moved");

    let mut again = source;
    again.validators = harvest(&seen).validators.clone();
    let unchanged = visit(&web, again.clone(), folder.path()).await;
    assert!(matches!(unchanged.outcome, Outcome::Unchanged { .. }), "{}", words(&unchanged));
    again.known = finds.iter().map(|find| find.entry.guid.clone()).collect();
    let text = "Title of the news\nWhat it is about.\nhttp://a.example/tre\n\nAnother title here\nhttp://a.example/fyra\n\nUnsubscribe: http://a.example/unsubscribe\n";
    let next = mail("3@agency.example", "nyheter.agency.example", &plain(text));
    fs::write(folder.path().join("box/new/3.host"), next).unwrap();
    let seen = visit(&web, again, folder.path()).await;
    assert!(titles(&seen).starts_with(&["Title of the news", "Another title here"]));
    assert_eq!(harvest(&seen).finds[0].entry.summary.as_deref(), Some("What it is about."),);
}

#[tokio::test]
async fn a_letter_is_one_publication_and_without_a_list_id_its_sender_tells_whose() {
    let web = web().await;
    let folder = tempfile::tempdir().unwrap();
    let letter = "<html><body><h1>Ett brev</h1><p>Myndigheten ber\u{e4}ttar om \u{e5}rets arbete med remisser.</p>\
        <p>Arbetet g\u{e5}r vidare i h\u{f6}st.</p><p>Vill du inte ha brevet? <a href='https://m.example/unsubscribe'>Avregistrera dig</a></p></body></html>";
    let one = mail("1@x", "x", &html(letter)).replace("List-Id: Nyhetsbrev <x>\r\n", "");
    fs::write(folder.path().join("one.eml"), one).unwrap();
    fs::write(folder.path().join("notes.txt"), "no mail").unwrap();
    let folder_name = folder.path().to_string_lossy().into_owned();
    let seen =
        visit(&web, due(&web, &folder_name, Some("agency.example")), Path::new("/none")).await;
    assert_eq!(titles(&seen), ["Nyheter fr\u{e5}n myndigheten"], "{}", words(&seen));
    let find = &harvest(&seen).finds[0];
    assert_eq!(
        find.text.as_deref(),
        Some(
            "Ett brev\n\nMyndigheten ber\u{e4}ttar om \u{e5}rets arbete med remisser.\n\nArbetet g\u{e5}r vidare i h\u{f6}st."
        )
    );
    let none =
        visit(&web, due(&web, &folder_name, Some("nobody.example")), Path::new("/none")).await;
    assert_eq!(titles(&none), Vec::<&str>::new());
    let seen = visit(&web, due(&web, "missing", None), folder.path()).await;
    assert!(words(&seen).contains("cannot be read"), "{}", words(&seen));
}

#[tokio::test]
async fn broken_and_hostile_mails_cost_only_themselves() {
    let web = web().await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let nest = (0..3_000).fold(String::new(), |nest, at| {
        format!("{nest}Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n")
    });
    write("a-empty.eml", b"");
    write("b-binary.eml", &[0xff, 0x00, 0x80].repeat(50_000));
    write("c-nest.eml", mail("c@x", "x", &nest).as_bytes());
    write("d-divs.eml", mail("d@x", "x", &html(&"<div>".repeat(50_000))).as_bytes());
    write("e-cut.eml", &mail("e@x", "x", &html(DIGEST)).as_bytes()[..900]);
    write(
        "f-base64.eml",
        mail(
            "f@x",
            "x",
            "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n",
        )
        .as_bytes(),
    );
    write(
        "g-links.eml",
        mail("g@x", "x", &html(&"<p><a href=http://a.example/x>x</a>".repeat(20_000))).as_bytes(),
    );
    write("h-good.eml", mail("h@x", "x", &html(DIGEST)).as_bytes());
    let seen = visit(&web, due(&web, ".", None), folder.path()).await;
    assert!(titles(&seen).contains(&"Uppdrag om journaler"), "{}", words(&seen));
    assert!(words(&seen).contains("the mail in `d-divs.eml` nests deeper"), "{}", words(&seen));
    assert!(words(&seen).contains("`a-empty.eml` has no header fields"), "{}", words(&seen));
}

#[test]
fn probing_a_mail_shows_what_it_announces() {
    let bytes = mail("1@x", "x", &html(DIGEST));
    let seen = probe(bytes.as_bytes(), &Transport::default());
    assert_eq!(seen.kind.as_deref(), Some("newsletter"));
    assert_eq!(seen.title.as_deref(), Some("Nyheter fr\u{e5}n myndigheten"));
    assert_eq!(seen.entries.len(), 3);
}
