//! Every kind of source before answers shaped as the real services document them.

use crate::crawler::{Reply, Request, Web, harvest, words};
use std::io::Write;
use utkik_crawler::{Manners, Transport, probe, reads, recipe_faults};
use utkik_sources::{Catalogue, Due, Kind, Paging, Recipe, Source, SourceId, Visit};

const LIST: &str = "<html lang=sv><head><title>Nyheter</title>\
    <link rel=alternate type='application/rss+xml' href='/rss'></head><body>\
    <nav><ul><li><a href='/start'>Till startsidan f\u{f6}r alla</a></li><li><a href='/kontakt'>Kontakta oss om du undrar</a></li></ul></nav>\
    <main><h1>Nyheter</h1><ul class=news>\
    <li class=first><h2><a href='/nyheter/ett'>Ny rapport om e-h\u{e4}lsa</a></h2><p class=date>Publicerad: 3 mars 2026</p><a href='/amne/a'>\u{c4}mne</a></li>\
    <li><h2><a href='/nyheter/tva'>Uppdrag om journaler</a></h2><p class=date>28 februari 2026</p><a href='/amne/b'>\u{c4}mne</a></li>\
    <li class=last><h2><a href='/nyheter/tre'>F\u{f6}reskrifter p\u{e5} remiss</a></h2><p class=date>2026-02-20</p><a href='/amne/c'>\u{c4}mne</a></li>\
    </ul><a rel=next href='?page=2'>N\u{e4}sta</a></main><footer><a href='/om'>Om webbplatsen och kakor</a></footer></body></html>";

fn page(title: &str) -> Reply {
    let text = "The agency has been asked to build a national service for referrals, and to report in March.";
    Reply::ok(
        "text/html",
        &format!("<html lang=sv><main><h1>{title}</h1><p>{text}</p></main></html>"),
    )
}

fn json(text: &str) -> Reply {
    Reply::ok("application/json", text)
}

fn due(web: &Web, kind: Kind, address: &str, recipe: Recipe) -> Due {
    let plain = web.due("a");
    let address = format!("http://a.example{address}");
    Due { source: Source { kind, address, recipe, ..plain.source }, ..plain }
}

async fn visit(web: &Web, due: Due) -> Visit {
    web.round(vec![due], web.manners()).await.remove("a").unwrap()
}

fn texts(pairs: &[(&str, &str)]) -> Recipe {
    let mut recipe = Recipe::default();
    for (key, value) in pairs {
        let value = Some((*value).to_owned());
        match *key {
            "entries" => recipe.entries = value,
            "title" => recipe.title = value,
            "link" => recipe.link = value,
            "published" => recipe.published = value,
            "summary" => recipe.summary = value,
            "body" => recipe.body = value,
            _ => panic!("{key}"),
        }
    }
    recipe
}

fn titles(visit: &Visit) -> Vec<&str> {
    harvest(visit).finds.iter().map(|find| find.entry.title.as_str()).collect()
}

fn asked(web: &Web) -> Vec<Request> {
    let requests = web.seen().requests.into_iter();
    requests.filter(|request| request.path != "/robots.txt").collect()
}

#[test]
fn every_source_that_is_not_paused_is_read() {
    for source in Catalogue::built_in().sources() {
        assert!(reads(source.kind), "{}", source.id);
        assert_eq!(recipe_faults(source), Vec::<String>::new(), "{}", source.id);
    }
}

#[tokio::test]
async fn a_listing_is_found_by_itself_and_followed_to_its_next_page() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/nyheter" => Reply::ok("text/html; charset=utf-8", LIST),
        "/nyheter?page=2" => Reply::ok(
            "text/html; charset=utf-8",
            "<main><ul><li><a href='/nyheter/fyra'>\u{c4}nnu en nyhet</a> <time datetime='2026-01-02'>i januari</time></li>\
             <li><a href='/nyheter/fem'>Den \u{e4}ldsta nyheten</a> <time datetime='2026-01-01'>i januari</time></li></ul></main>",
        ),
        path => page(path),
    })
    .await;
    let seen = visit(&web, due(&web, Kind::HtmlListing, "/nyheter", Recipe::default())).await;
    assert_eq!(
        titles(&seen),
        [
            "Ny rapport om e-h\u{e4}lsa",
            "Uppdrag om journaler",
            "F\u{f6}reskrifter p\u{e5} remiss",
            "\u{c4}nnu en nyhet",
            "Den \u{e4}ldsta nyheten"
        ]
    );
    let first = &harvest(&seen).finds[0];
    assert_eq!(first.entry.link.as_deref(), Some("http://a.example/nyheter/ett"));
    assert_eq!(first.entry.published.unwrap().to_string(), "2026-03-02T23:00:00Z");
    assert!(first.text.is_some());
    let days: Vec<bool> =
        harvest(&seen).finds.iter().map(|find| find.entry.published.is_some()).collect();
    assert_eq!(days, [true; 5]);
}

#[tokio::test]
async fn a_listing_that_ends_in_what_is_known_is_followed_no_further() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/nyheter" => Reply::ok("text/html; charset=utf-8", LIST),
        path => page(path),
    })
    .await;
    let mut due = due(&web, Kind::HtmlListing, "/nyheter", Recipe::default());
    due.known = ["ett", "tva", "tre"].map(|name| format!("http://a.example/nyheter/{name}")).into();
    visit(&web, due).await;
    assert_eq!(asked(&web).len(), 1);
}

#[tokio::test]
async fn selectors_are_used_and_give_way_when_they_find_nothing() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/nyheter" => Reply::ok("text/html; charset=utf-8", LIST),
        path => page(path),
    })
    .await;
    let recipe = Recipe {
        pages: Some(1),
        ..texts(&[("entries", "ul.news > li"), ("title", "h2"), ("published", ".date")])
    };
    let seen = visit(&web, due(&web, Kind::HtmlListing, "/nyheter", recipe)).await;
    assert_eq!(titles(&seen).len(), 3);
    let recipe = Recipe { pages: Some(1), ..texts(&[("entries", "div.gone")]) };
    let seen = visit(&web, due(&web, Kind::HtmlListing, "/nyheter", recipe)).await;
    assert_eq!(titles(&seen).len(), 3);
    assert!(words(&seen).contains("`div.gone` finds nothing any more"), "{}", words(&seen));
}

#[tokio::test]
async fn a_page_without_a_list_ends_in_words() {
    let web = Web::serve(|_| {
        Reply::ok("text/html", "<body><div id=app></div><script>start()</script></body>")
    })
    .await;
    let seen = visit(&web, due(&web, Kind::HtmlListing, "/", Recipe::default())).await;
    assert!(words(&seen).contains("no list of publications was found"), "{}", words(&seen));
}

#[tokio::test]
async fn a_sitemap_index_leads_to_packed_files_and_titles_come_from_the_pages() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/sitemap.xml" => Reply::ok(
            "application/xml",
            "<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\
             <sitemap><loc>http://a.example/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>\
             <sitemap><loc>http://a.example/new.xml.gz</loc><lastmod>2026-03-01</lastmod></sitemap></sitemapindex>",
        ),
        "/new.xml.gz" => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed
                .write_all(
                    b"<urlset><url><loc>http://a.example/news/new-report</loc><lastmod>2026-03-01</lastmod></url>\
                      <url><loc>http://a.example/news/lost-one.html</loc></url>\
                      <url><loc>http://a.example/about</loc></url></urlset>",
                )
                .unwrap();
            Reply::bytes("application/gzip", packed.finish().unwrap())
        }
        "/old.xml" => Reply::status(500),
        "/news/lost-one.html" => Reply::status(404),
        _ => page("A new report"),
    })
    .await;
    let recipe = Recipe { include: vec!["/news/".into()], ..Recipe::default() };
    let seen = visit(&web, due(&web, Kind::Sitemap, "/sitemap.xml", recipe.clone())).await;
    assert_eq!(titles(&seen), ["A new report", "lost one"]);
    assert_eq!(harvest(&seen).finds[0].entry.published, None);
    assert!(words(&seen).contains("old.xml`): answered 500"), "{}", words(&seen));
    let mut again = due(&web, Kind::Sitemap, "/sitemap.xml", recipe);
    again.known.insert("http://a.example/news/new-report".into());
    assert_eq!(titles(&visit(&web, again).await), ["lost one"]);
}

#[tokio::test]
async fn titles_that_wait_for_their_page_are_no_finds_yet() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/sitemap.xml" => Reply::ok(
            "application/xml",
            "<urlset><url><loc>/a</loc><lastmod>2026-01-01</lastmod></url><url><loc>/b</loc><lastmod>2026-02-01</lastmod></url></urlset>",
        ),
        path => page(&format!("Page {path}")),
    })
    .await;
    let due = due(&web, Kind::Sitemap, "/sitemap.xml", Recipe::default());
    let manners = Manners { texts_per_visit: 1, ..web.manners() };
    let seen = web.round(vec![due], manners).await.remove("a").unwrap();
    assert_eq!(titles(&seen), ["Page /b"]);
}

/// The recipe and the address of a real source, at our own server.
fn real(web: &Web, id: &str) -> Due {
    let catalogue = Catalogue::built_in();
    let source = catalogue.get(&SourceId(id.into())).unwrap();
    let address = url::Url::parse(&source.address).unwrap();
    let rest = &source.address[address.origin().ascii_serialization().len()..];
    due(web, source.kind, rest, source.recipe.clone())
}

#[tokio::test]
async fn stortinget_is_asked_for_the_session_of_the_day() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/eksport/saker?sesjonid=2025-2026&format=json" => json(
            r#"{"versjon":"1.6","sesjonid":"2025-2026","saker_liste":[{"id":104910,"tittel":"Lov om helsedata","korttittel":"Helsedata",
            "henvisning":"Prop. 1 L (2025-2026)","komite":{"id":"HELSE","navn":"Helse- og omsorgskomiteen"},
            "sist_oppdatert_dato":"/Date(1772496000000+0100)/"}]}"#,
        ),
        _ => Reply::status(404),
    })
    .await;
    let seen = visit(&web, real(&web, "no-stortinget-saker")).await;
    let entry = &harvest(&seen).finds[0].entry;
    assert_eq!((entry.title.as_str(), entry.guid.as_str()), ("Lov om helsedata", "104910"));
    assert_eq!(entry.updated.unwrap().to_string(), "2026-03-03T00:00:00Z");
    assert_eq!(entry.authors, ["Helse- og omsorgskomiteen"]);
    assert!(entry.link.as_deref().unwrap().ends_with("/Sak/?p=104910"));
}

#[tokio::test]
async fn have_your_say_is_asked_page_by_page_until_one_is_empty() {
    let web = Web::serve(|request| {
        let content = |rows: &str| json(&format!(r#"{{"initiativeResultDtoPage":{{"content":[{rows}],"totalPages":2}}}}"#));
        let row = |id: u8| {
            format!(
                r#"{{"id":{id}.0,"shortTitle":"Initiative {id}","foreseenActType":"REG_IMPL","currentStatuses":[
                {{"feedbackStartDate":"2026/02/03 08:24:00","feedbackEndDate":"2026/03/31 23:59:59","isCurrent":true}}]}}"#
            )
        };
        match request.path.rsplit("page=").next() {
            Some("0") => content(&[row(1), row(2)].join(",")),
            Some("1") => content(&row(3)),
            _ => content(""),
        }
    })
    .await;
    let seen = visit(&web, real(&web, "eu-have-your-say")).await;
    assert_eq!(titles(&seen), ["Initiative 1", "Initiative 2", "Initiative 3"]);
    let find = &harvest(&seen).finds[0];
    assert_eq!(find.text.as_deref(), Some("REG_IMPL. Feedback until 2026/03/31 23:59:59"));
    assert!(find.entry.link.as_deref().unwrap().ends_with("/initiatives/1"));
    assert_eq!(asked(&web).len(), 3);
}

#[tokio::test]
async fn hankeikkuna_is_posted_to_and_continued_by_its_cursor() {
    let web = Web::serve(|request| {
        if request.body.contains("\"searchAfter\":\"c1\"") {
            return json(r#"{"result":[{"kohde":{"uuid":"u2","tunnus":"STM002","nimi":{"fi":"Toinen"}}}],"searchAfter":null}"#);
        }
        assert!(request.body.contains("\"muokattuAlku\":\"2026-02-01T00:00:00\""), "{}", request.body);
        json(r#"{"result":[{"kohde":{"uuid":"u1","tunnus":"STM001","nimi":{"fi":"Ensimm\u00e4inen"},"muokattu":"2026-03-01T10:00:00"}}],"searchAfter":"c1"}"#)
    })
    .await;
    let seen = visit(&web, real(&web, "fi-hankeikkuna")).await;
    assert_eq!(titles(&seen), ["Ensimm\u{e4}inen", "Toinen"]);
}

#[tokio::test]
async fn krisinformation_and_the_mirror_of_the_government_are_lists_without_a_name() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/v3/news?format=json" => json(
            r#"[{"Identifier":"1","Headline":"St\u00f6rning i 1177","Preamble":"Kort.","BodyText":"<p>L&auml;ngre.</p>",
            "Published":"2026-03-02T10:00:00+01:00","Web":"https://www.krisinformation.se/a","Language":"sv"}]"#,
        ),
        "/remisser.json" => json(
            r#"[{"title":"Remiss av SOU 2026:1","url":"/remisser/2026/03/a/","id":"x y","summary":"<p>Svar senast</p>",
            "published":"2026-03-01 09:00","updated":"","senders":["Socialdepartementet"]}]"#,
        ),
        _ => Reply::status(404),
    })
    .await;
    let seen = visit(&web, real(&web, "se-krisinformation")).await;
    assert_eq!(titles(&seen), ["St\u{f6}rning i 1177"]);
    assert_eq!(harvest(&seen).finds[0].text.as_deref(), Some("L\u{e4}ngre."));
    let seen = visit(&web, real(&web, "se-g0vse-remisser")).await;
    let entry = &harvest(&seen).finds[0].entry;
    assert_eq!(entry.link.as_deref(), Some("https://www.regeringen.se/remisser/2026/03/a/"));
    assert_eq!(entry.authors, ["Socialdepartementet"]);
}

#[tokio::test]
async fn what_is_no_answer_of_a_service_ends_in_words() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/error" => json(r#"{"error":"no such parameter"}"#),
        "/page" => Reply::ok("text/html", "<html>Maintenance</html>"),
        "/cut" => json(r#"{"list":[{"#),
        "/none" => json(r#"{"list":[]}"#),
        _ => Reply::ok("application/json", ""),
    })
    .await;
    let said = async |kind, path: &str| {
        let recipe = texts(&[("entries", "list"), ("title", "t")]);
        words(&visit(&web, due(&web, kind, path, recipe)).await)
    };
    assert!(
        said(Kind::JsonApi, "/error").await.contains("has no `list`; it says `no such parameter`")
    );
    assert!(
        said(Kind::JsonApi, "/page").await.contains("is a page or XML where JSON was expected")
    );
    assert!(said(Kind::JsonApi, "/cut").await.contains("cannot be read as JSON"));
    assert!(said(Kind::JsonApi, "/empty").await.contains("answered with nothing"));
    assert_eq!(said(Kind::JsonApi, "/none").await, "fresh: ; ");
    for kind in
        [Kind::XmlApi, Kind::Odata, Kind::Riksdagen, Kind::EurlexSparql, Kind::Pubmed, Kind::OaiPmh]
    {
        for path in ["/error", "/page", "/cut", "/empty"] {
            let said = said(kind, path).await;
            assert!(said.starts_with("failed: "), "{kind} {path}: {said}");
        }
    }
}

#[tokio::test]
async fn folketinget_is_followed_by_its_own_link() {
    let web = Web::serve(|request| {
        let row = |id: u8| format!(r#"{{"id":{id},"titel":"Sag {id}","nummer":"L {id}","resume":"Om sundhed","opdateringsdato":"2026-03-0{id}T10:00:00"}}"#);
        if request.path.contains("$skip=1") {
            json(&format!(r#"{{"odata.metadata":"m","odata.count":"2","value":[{}]}}"#, row(1)))
        } else {
            let next = "http://a.example/api/Sag?$skip=1";
            json(&format!(r#"{{"odata.metadata":"m","odata.count":"2","value":[{}],"odata.nextLink":"{next}"}}"#, row(2)))
        }
    })
    .await;
    let seen = visit(&web, real(&web, "dk-folketinget-sag")).await;
    assert_eq!(titles(&seen), ["Sag 2", "Sag 1"]);
    assert_eq!(harvest(&seen).finds[0].text.as_deref(), Some("L 2: Om sundhed"));
}

#[tokio::test]
async fn the_riksdag_is_paged_by_number_and_a_touch_is_no_publication() {
    let web = Web::serve(|request| {
        let row = |id: &str| {
            format!(
                r#"{{"id":"{id}","dok_id":"{id}","titel":"Motion {id}","datum":"2026-02-01","systemdatum":"2026-03-03 08:00:00",
                "organ":"SoU","dokument_url_html":"//data.riksdagen.se/dokument/{id}.html"}}"#
            )
        };
        let list = |page: u8, rows: &str| {
            json(&format!(
                r#"{{"dokumentlista":{{"@traffar":"2","@sida":"{page}","@sidor":"2","@nasta_sida":"http:\/\/x\/?p=2","dokument":{rows}}}}}"#
            ))
        };
        match (request.path.starts_with("/dokumentlista/"), request.path.contains("&p=2")) {
            (true, false) => list(1, &format!("[{}]", row("HD1"))),
            (true, true) => list(2, &row("HD2")),
            _ => Reply::status(404),
        }
    })
    .await;
    let seen = visit(&web, real(&web, "se-riksdagen-sok-ehalsa")).await;
    assert_eq!(titles(&seen), ["Motion HD1", "Motion HD2"]);
    let entry = &harvest(&seen).finds[0].entry;
    assert_eq!(entry.published.unwrap().to_string(), "2026-01-31T23:00:00Z");
    assert_eq!(entry.link.as_deref(), Some("https://data.riksdagen.se/dokument/HD1.html"));
}

#[tokio::test]
async fn a_riksdag_without_hits_is_empty() {
    let web = Web::serve(|_| json(r#"{"dokumentlista":{"@traffar":"0","@sidor":"0"}}"#)).await;
    let seen = visit(&web, real(&web, "se-riksdagen-sok-ehalsa")).await;
    assert_eq!(words(&seen), "fresh: ; ");
}

#[tokio::test]
async fn althingi_is_read_in_its_own_words_and_finlex_by_its_documents() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/altext/xml/thingmalalisti/?lthing=157" => Reply::ok(
            "text/xml; charset=utf-8",
            "<?xml version='1.0' encoding='UTF-8'?><m\u{e1}laskr\u{e1}><m\u{e1}l m\u{e1}lsn\u{fa}mer='1' \u{fe}ingn\u{fa}mer='157'>\
             <m\u{e1}lsheiti>fj\u{e1}rl\u{f6}g &amp; anna\u{f0}</m\u{e1}lsheiti><m\u{e1}lstegund m\u{e1}lstegund='l'><heiti>Frumvarp til laga</heiti></m\u{e1}lstegund>\
             <html>http://www.althingi.is/dba-bin/ferill.pl?ltg=157&amp;mnr=1</html></m\u{e1}l></m\u{e1}laskr\u{e1}>",
        ),
        path if path.contains("/statute/list?") && path.ends_with("page=1") => {
            json(r#"[{"akn_uri":"http://a.example/akn/fi/act/statute/2026/1/fin@","status":"NEW"}]"#)
        }
        path if path.contains("/statute/list?") => json("[]"),
        "/akn/fi/act/statute/2026/1/fin@" => Reply::ok(
            "application/xml",
            "<akomaNtoso><act><meta><FRBRdate date='2026-02-01' name='dateIssued'/></meta><preface><p><docTitle>Laki \
             asiakastiedoista</docTitle></p></preface><body><section><p>T\u{e4}ss\u{e4} laissa s\u{e4}\u{e4}det\u{e4}\u{e4}n asiakastietojen k\u{e4}sittelyst\u{e4} \
             sosiaali- ja terveydenhuollossa.</p></section></body></act></akomaNtoso>",
        ),
        _ => Reply::status(404),
    })
    .await;
    let seen = visit(&web, real(&web, "is-althingi")).await;
    assert_eq!(titles(&seen), ["fj\u{e1}rl\u{f6}g & anna\u{f0}"]);
    assert_eq!(harvest(&seen).finds[0].text.as_deref(), Some("Frumvarp til laga"));
    let seen = visit(&web, real(&web, "fi-finlex")).await;
    assert_eq!(titles(&seen), ["Laki asiakastiedoista"], "{}", words(&seen));
    assert_eq!(
        harvest(&seen).finds[0].entry.published.unwrap().to_string(),
        "2026-01-31T23:00:00Z"
    );
}

#[tokio::test]
async fn a_repository_is_followed_by_its_tokens_and_deleted_records_are_left_out() {
    let record = |id: &str, status: &str| {
        format!(
            "<record><header{status}><identifier>oai:{id}</identifier><datestamp>2026-03-01</datestamp></header><metadata>\
             <oai_dc:dc xmlns:oai_dc='o' xmlns:dc='d'><dc:title>Thesis {id}</dc:title><dc:creator>Berg, Eva</dc:creator>\
             <dc:description>About records.</dc:description><dc:date>2026</dc:date><dc:language>eng</dc:language>\
             <dc:identifier>urn:x</dc:identifier><dc:identifier>http://a.example/{id}</dc:identifier></oai_dc:dc></metadata></record>"
        )
    };
    let (first, second) = (record("1", "") + &record("2", " status='deleted'"), record("3", ""));
    let web = Web::serve(move |request| {
        let answer = |inner: &str| Reply::ok("text/xml", &format!("<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'>{inner}</OAI-PMH>"));
        match request.path.as_str() {
            "/dice/oai?verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-24" => {
                answer(&format!("<ListRecords>{first}<resumptionToken cursor='0'>t 1</resumptionToken></ListRecords>"))
            }
            "/dice/oai?verb=ListRecords&resumptionToken=t+1" => {
                answer(&format!("<ListRecords>{second}<resumptionToken/></ListRecords>"))
            }
            "/none?verb=ListRecords" => answer("<error code='noRecordsMatch'>none</error>"),
            _ => answer("<error code='badArgument'>The request is wrong</error>"),
        }
    })
    .await;
    let seen = visit(&web, real(&web, "se-diva-oai")).await;
    assert_eq!(titles(&seen), ["Thesis 1", "Thesis 3"], "{}", words(&seen));
    let find = &harvest(&seen).finds[0];
    assert_eq!((find.entry.guid.as_str(), find.text.as_deref()), ("oai:1", Some("About records.")));
    assert_eq!(find.entry.link.as_deref(), Some("http://a.example/1"));
    let none =
        visit(&web, due(&web, Kind::OaiPmh, "/none?verb=ListRecords", Recipe::default())).await;
    assert_eq!(words(&none), "fresh: ; ");
    let wrong = visit(&web, due(&web, Kind::OaiPmh, "/oai", Recipe::default())).await;
    assert!(
        words(&wrong).contains("answered `badArgument`: The request is wrong"),
        "{}",
        words(&wrong)
    );
}

#[tokio::test]
async fn pubmed_is_asked_only_for_articles_that_are_not_known() {
    let web = Web::serve(|request| {
        if request.path.contains("esearch") {
            return json(r#"{"header":{},"esearchresult":{"count":"2","idlist":["11","12"]}}"#);
        }
        assert!(request.path.ends_with("efetch.fcgi?db=pubmed&retmode=xml&id=12"), "{}", request.path);
        Reply::ok(
            "text/xml",
            "<?xml version='1.0' ?><!DOCTYPE PubmedArticleSet PUBLIC '-//NLM//DTD' 'x.dtd'><PubmedArticleSet><PubmedArticle><MedlineCitation>\
             <PMID Version='1'>12</PMID><Article><Journal><JournalIssue><PubDate><Year>2026</Year><Month>Feb</Month></PubDate></JournalIssue></Journal>\
             <ArticleTitle>Telemedicine in <i>rural</i> Sweden.</ArticleTitle><Abstract><AbstractText Label='AIM'>To see.</AbstractText>\
             <AbstractText>We saw.</AbstractText></Abstract><AuthorList><Author><LastName>Berg</LastName><ForeName>Eva</ForeName></Author></AuthorList>\
             <Language>eng</Language></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
        )
    })
    .await;
    let mut due = real(&web, "pubmed-ehealth");
    due.known.insert("11".into());
    let seen = visit(&web, due).await;
    assert_eq!(titles(&seen), ["Telemedicine in rural Sweden."], "{}", words(&seen));
    let find = &harvest(&seen).finds[0];
    assert_eq!(find.text.as_deref(), Some("To see.\n\nWe saw."));
    assert_eq!(find.entry.authors, ["Eva Berg"]);
    assert_eq!(find.entry.published.unwrap().to_string(), "2026-02-01T00:00:00Z");
}

#[tokio::test]
async fn cellar_is_asked_in_its_own_language_part_by_part() {
    let web = Web::serve(|request| {
        assert!(request.body.contains("2026-02-17"), "{}", request.body);
        let rows = if request.body.contains("OFFSET+0") { 200 } else { 1 };
        let offset = if rows == 200 { 0 } else { 200 };
        let row = |number: usize| {
            format!(
                r#"{{"guid":{{"type":"literal","value":"32026R{number}"}},"title":{{"type":"literal","xml:lang":"en","value":"Regulation {number}"}},
                "published":{{"type":"literal","value":"2026-03-01"}},"link":{{"type":"literal","value":"https://eur-lex.europa.eu/{number}"}}}}"#
            )
        };
        let rows: Vec<String> = (offset..offset + rows).map(row).collect();
        let head = r#"{"head":{"vars":["guid"]},"results":{"bindings":["#;
        Reply::ok("application/sparql-results+json", &format!("{head}{}]}}}}", rows.join(",")))
    })
    .await;
    let seen = visit(&web, real(&web, "eu-cellar-sparql")).await;
    assert_eq!(titles(&seen).len(), 201);
    assert_eq!(harvest(&seen).finds[200].entry.title, "Regulation 200");
    assert_eq!(asked(&web).len(), 2);
}

#[tokio::test]
async fn a_watched_page_is_a_new_item_whenever_its_words_change() {
    let web = Web::serve(|_| page("Guidance")).await;
    let seen = visit(&web, due(&web, Kind::Page, "/guidance", Recipe::default())).await;
    let find = &harvest(&seen).finds[0];
    assert!(find.shares_link && find.text.is_some());
    assert!(find.entry.guid.starts_with("http://a.example/guidance#"), "{}", find.entry.guid);
    let again = visit(&web, due(&web, Kind::Page, "/guidance", Recipe::default())).await;
    assert_eq!(harvest(&again).finds[0].entry.guid, find.entry.guid);
    assert_eq!(asked(&web).len(), 2);
}

#[tokio::test]
async fn an_address_given_by_hand_is_read_once() {
    let web = Web::serve(|_| page("A report")).await;
    let mut due = due(&web, Kind::Manual, "/report", Recipe::default());
    let seen = visit(&web, due.clone()).await;
    assert_eq!(titles(&seen), ["A report"]);
    due.known.insert("http://a.example/report".into());
    assert_eq!(words(&visit(&web, due).await), "unchanged, 0 late");
    assert_eq!(asked(&web).len(), 1);
}

#[tokio::test]
async fn a_part_that_fails_does_not_cost_the_parts_before() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/list?page=1" => json(r#"{"list":[{"t":"One"}]}"#),
        _ => Reply::status(503),
    })
    .await;
    let counted = Paging::Counted { parameter: "page".into(), first: 1, step: 1 };
    let recipe = Recipe { paging: Some(counted), ..texts(&[("entries", "list"), ("title", "t")]) };
    let seen = visit(&web, due(&web, Kind::JsonApi, "/list", recipe)).await;
    assert_eq!(titles(&seen), ["One"]);
    assert!(
        words(&seen).contains("part 2 (`http://a.example/list?page=2`): answered 503"),
        "{}",
        words(&seen)
    );
}

#[test]
fn probe_tells_a_listing_and_a_sitemap() {
    let transport =
        Transport { address: Some("https://a.example/nyheter".into()), headers: vec![] };
    let seen = probe(LIST.as_bytes(), &transport);
    assert_eq!(seen.kind.as_deref(), Some("html-listing"));
    assert_eq!((seen.title.as_deref(), seen.entries.len()), (Some("Nyheter"), 3));
    assert_eq!(seen.feeds, ["https://a.example/rss"]);
    assert_eq!(seen.entries[0].link.as_deref(), Some("https://a.example/nyheter/ett"));
    assert_eq!(seen.troubles, Vec::<String>::new());
    let seen = probe(b"<urlset><url><loc>https://a.example/x</loc></url></urlset>", &transport);
    assert_eq!((seen.kind.as_deref(), seen.entries.len()), (Some("sitemap"), 1));
}

#[test]
fn an_answer_is_probed_as_the_source_that_gave_it_would_be_read() {
    let program = crate::world::Program::new();
    program.write(
        "a.json",
        r#"[{"Identifier":"1","Headline":"Driftst\u00f6rning","Published":"2026-03-02T10:00:00+01:00","Web":"https://www.krisinformation.se/a"}]"#,
    );
    let call = ["probe", "a.json", "--source", "se-krisinformation", "--json"];
    let told = program.call(&call).ended(0).json();
    assert_eq!(told["kind"], "json-api");
    assert_eq!(told["entries"][0]["title"], "Driftst\u{f6}rning");
    let none = program.call(&["probe", "a.json", "--source", "nobody"]).ended(1);
    assert!(none.err.contains("there is no source `nobody`"), "{}", none.err);
}

#[tokio::test]
async fn services_that_find_nothing_are_empty() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/sparql" => json(r#"{"head":{"vars":["guid"]},"results":{"bindings":[]}}"#),
        path if path.contains("esearch") => {
            json(r#"{"header":{},"esearchresult":{"count":"0","idlist":[]}}"#)
        }
        "/odata" => json(r#"{"odata.metadata":"m","value":[]}"#),
        "/xml" => Reply::ok("text/xml", "<list></list>"),
        "/map" => Reply::ok("application/xml", "<urlset></urlset>"),
        "/feed" => Reply::ok(
            "application/rss+xml",
            "<rss version='2.0'><channel><title>T</title></channel></rss>",
        ),
        _ => Reply::status(404),
    })
    .await;
    let said = async |kind, path: &str, pairs: &[(&str, &str)]| {
        words(&visit(&web, due(&web, kind, path, texts(pairs))).await)
    };
    assert_eq!(said(Kind::EurlexSparql, "/sparql", &[("body", "SELECT")]).await, "fresh: ; ");
    assert_eq!(said(Kind::Pubmed, "/esearch.fcgi?db=pubmed", &[]).await, "fresh: ; ");
    assert_eq!(said(Kind::Odata, "/odata", &[("title", "t")]).await, "fresh: ; ");
    assert_eq!(
        said(Kind::XmlApi, "/xml", &[("entries", "list.a"), ("title", "t")]).await,
        "fresh: ; "
    );
    assert_eq!(said(Kind::Sitemap, "/map", &[]).await, "fresh: ; ");
    assert_eq!(said(Kind::Feed, "/feed", &[]).await, "fresh: ; ");
}
