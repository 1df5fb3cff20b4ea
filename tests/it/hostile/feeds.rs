//! Hostile feeds: charsets, XML, entries, titles, links, dates.

use super::{
    Corpus, Ends, MAX_ENTRIES,
    server::{Wire, item, rss},
};

pub(super) fn add(corpus: &mut Corpus) {
    charsets(corpus);
    xml(corpus);
    entries(corpus);
    texts(corpus);
    links(corpus);
    dates(corpus);
}

fn charsets(corpus: &mut Corpus) {
    let latin = b"<rss><channel><item><title>V\xe5rd</title></item></channel></rss>".to_vec();
    let utf16 = |mark: &[u8], low: bool| {
        let text = "<?xml version='1.0' encoding='utf-16'?><rss><channel><item><title>V\u{e5}rd</title></item></channel></rss>";
        let units = text
            .encode_utf16()
            .flat_map(|unit| if low { unit.to_le_bytes() } else { unit.to_be_bytes() });
        mark.iter().copied().chain(units).collect::<Vec<u8>>()
    };
    for (name, label, body) in [
        ("latin called utf-8", "text/xml; charset=utf-8", latin.clone()),
        ("latin called ascii", "text/xml; charset=us-ascii", latin.clone()),
        ("latin called klingon", "text/xml; charset=klingon", latin.clone()),
        ("latin called nothing", "text/xml", latin.clone()),
        ("latin called utf-16", "text/xml; charset=utf-16", latin.clone()),
        ("latin called utf-32", "text/xml; charset=utf-32", latin.clone()),
        ("latin called utf-7", "text/xml; charset=utf-7", latin.clone()),
        ("latin called by a long name", "text/xml; charset=\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", latin.clone()),
        ("utf-16 with a mark", "text/xml", utf16(b"\xff\xfe", true)),
        ("utf-16, big end, with a mark", "text/xml", utf16(b"\xfe\xff", false)),
        ("utf-16 called latin", "text/xml; charset=iso-8859-1", utf16(b"\xff\xfe", true)),
        ("utf-16 without a mark", "text/xml", utf16(b"", true)),
        ("overlong", "text/xml; charset=utf-8", b"<rss><channel><item><title>a\xc0\xbcscript\xc0\xbe</title></item></channel></rss>".to_vec()),
        ("surrogates", "text/xml; charset=utf-8", b"<rss><channel><item><title>a\xed\xa0\x80b</title></item></channel></rss>".to_vec()),
        ("cut in a letter", "text/xml; charset=utf-8", b"<rss><channel><item><title>V\xc3</title></item></channel></rss>".to_vec()),
        ("NULs between", "text/xml", b"<rss>\0<channel>\0<item>\0<title>V\0</title></item></channel></rss>".to_vec()),
        ("a mark in the middle", "text/xml", b"\n\xef\xbb\xbf<rss><channel><item><title>V</title></item></channel></rss>".to_vec()),
        ("three marks", "text/xml", b"\xef\xbb\xbf\xef\xbb\xbf\xef\xbb\xbf<rss><channel><item><title>V</title></item></channel></rss>".to_vec()),
        ("declared klingon", "text/xml", b"<?xml version='1.0' encoding='klingon'?><rss><channel><item><title>V</title></item></channel></rss>".to_vec()),
        ("declared endlessly", "text/xml", format!("<?xml version='1.0' encoding='{}'?><rss><channel><item><title>V</title></item></channel></rss>", "x".repeat(90_000)).into()),
        ("an escape of ISO-2022", "text/xml; charset=iso-2022-jp", b"<rss><channel><item><title>\x1b$B<\x1b(Bscript></title></item></channel></rss>".to_vec()),
    ] {
        corpus.add("charset", name, Wire::ok(label, body), Ends::Entries(1));
    }
    corpus.add(
        "charset",
        "nothing but a mark",
        Wire::ok("text/xml", b"\xef\xbb\xbf"),
        Ends::Words("answered with nothing"),
    );
    corpus.add(
        "charset",
        "nothing but NULs",
        Wire::ok("text/xml", vec![0; 90_000]),
        Ends::Words("failed: "),
    );
    corpus.add(
        "charset",
        "noise",
        Wire::ok(
            "text/xml",
            (0..90_000_u32)
                .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
                .collect::<Vec<_>>(),
        ),
        Ends::Words("failed: "),
    );
}

fn xml(corpus: &mut Corpus) {
    let laughs: String = (1..10)
        .map(|n| format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10)))
        .collect();
    let doctype = |inner: &str, body: &str| {
        format!(
            "<?xml version='1.0'?><!DOCTYPE rss [{inner}]><rss><channel><item><title>A {body}</title></item></channel></rss>"
        )
    };
    let one = Ends::Entries(1);
    for (name, body, ends) in [
        ("a billion laughs", doctype(&format!("<!ENTITY l0 'lol'>{laughs}"), "&l9;"), one.clone()),
        ("quadratic laughs", doctype(&format!("<!ENTITY l '{}'>", "x".repeat(50_000)), &"&l;".repeat(50_000)), one.clone()),
        ("an entity of a file", doctype("<!ENTITY f SYSTEM 'file:///etc/passwd'>", "&f;"), one.clone()),
        ("an entity of a host", doctype("<!ENTITY f SYSTEM 'http://127.0.0.1/x'>", "&f;"), one.clone()),
        ("an entity of itself", doctype("<!ENTITY a '&a;'>", "&a;"), one.clone()),
        ("parameter entities", doctype("<!ENTITY % p SYSTEM 'http://127.0.0.1/p.dtd'> %p; %p;", "x"), one.clone()),
        ("a DTD elsewhere", "<!DOCTYPE rss SYSTEM 'http://127.0.0.1/x.dtd'><rss><channel><item><title>A</title></item></channel></rss>".into(), one.clone()),
        ("a DTD that never ends", format!("<!DOCTYPE rss [{}", "<!ENTITY a 'b'>".repeat(30_000)), Ends::Words("failed: ")),
        ("an inclusion", "<rss xmlns:xi='http://www.w3.org/2001/XInclude'><channel><item><title>A</title><xi:include href='file:///etc/passwd'/></item></channel></rss>".into(), one.clone()),
        ("a style sheet", "<?xml-stylesheet href='javascript:alert(1)'?><rss><channel><item><title>A</title></item></channel></rss>".into(), one.clone()),
        ("a comment that never ends", format!("<rss><channel>{}<!-- {}", item("A"), "x".repeat(500_000)), one.clone()),
        ("a CDATA that never ends", format!("<rss><channel>{}<item><title><![CDATA[{}", item("A"), "x".repeat(500_000)), Ends::Told(1, "is cut off")),
        ("a tag that never ends", format!("<rss><channel>{}<item {}", item("A"), "a='b' ".repeat(90_000)), one.clone()),
        ("a value that never ends", format!("<rss><channel>{}<item a='{}", item("A"), "x".repeat(500_000)), one.clone()),
        ("an instruction that never ends", format!("<rss><channel>{}<?x {}", item("A"), "x".repeat(500_000)), one.clone()),
        ("a value of a megabyte", format!("<rss><channel><item x='{}'><title>A</title></item></channel></rss>", "x".repeat(1_000_000)), one.clone()),
        ("a hundred thousand attributes", format!("<rss><channel><item {}><title>A</title></item></channel></rss>", (0..90_000).map(|n| format!("a{n}='' ")).collect::<String>()), one.clone()),
        ("ten thousand namespaces", format!("<rss {}><channel><item><title>A</title></item></channel></rss>", (0..10_000).map(|n| format!("xmlns:n{n}='u:{n}' ")).collect::<String>()), one.clone()),
        ("a name of a megabyte", format!("<rss><channel><item><{0}>x</{0}><title>A</title></item></channel></rss>", "n".repeat(500_000)), one.clone()),
        ("deep in an entry", format!("<rss><channel><item><title>A</title>{}</item></channel></rss>", "<b>".repeat(200_000)), one.clone()),
        ("deep in a title", format!("<rss><channel><item><title>A {}</title></item></channel></rss>", "<b>".repeat(200_000)), one.clone()),
        ("deep before the channel", format!("{}<rss><channel>{}</channel></rss>", "<b>".repeat(200_000), item("A")), one.clone()),
        ("deep in XHTML", format!("<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>A</title><content type='xhtml'>{}</content></entry></feed>", "<div>".repeat(150_000)), one.clone()),
        ("ends without beginnings", format!("<rss><channel>{}{}</channel></rss>", "</x>".repeat(100_000), item("A")), one.clone()),
        ("entries within entries", format!("<rss><channel>{}", "<item><title>A</title>".repeat(2_000)), Ends::Entries(1)),
        ("channels within channels", format!("<rss>{}{}", "<channel>".repeat(50_000), item("A")), Ends::Told(0, "nests deeper")),
        ("ampersands only", format!("<rss><channel><item><title>A {}</title></item></channel></rss>", "&".repeat(400_000)), one.clone()),
        ("less-than signs only", format!("<rss><channel><item><title>A {}</title></item></channel></rss>", "< ".repeat(400_000)), one.clone()),
        ("references to nothing", format!("<rss><channel><item><title>A {}</title></item></channel></rss>", "&#0;&#xffffff;&#xd800;&nope;".repeat(9_000)), one.clone()),
        ("two documents", format!("{0}{0}", rss(&item("A"))), one.clone()),
        ("junk before", format!("{}{}", "junk ".repeat(2_000), rss(&item("A"))), one.clone()),
        ("Atom in RSS in Atom", format!("<feed><rss><channel><feed>{}</feed></channel></rss></feed>", item("A")), one.clone()),
        ("only a beginning", "<".into(), Ends::Words("failed: ")),
        ("only an instruction", "<?xml version='1.0'?>".into(), Ends::Words("failed: ")),
        ("SOAP", "<soap:Envelope xmlns:soap='u'><soap:Body><Fault>no</Fault></soap:Body></soap:Envelope>".into(), Ends::Words("failed: ")),
        ("SVG", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".into(), Ends::Words("failed: ")),
        ("an S3 error", "<Error><Code>AccessDenied</Code></Error>".into(), Ends::Words("failed: ")),
    ] {
        corpus.add("xml", name, Wire::xml(&body), ends);
    }
}

fn entries(corpus: &mut Corpus) {
    let many = |n: usize| {
        (0..n).map(|n| format!("<item><guid>{n}</guid><title>T</title></item>")).collect::<String>()
    };
    corpus.add(
        "entries",
        "thirty thousand",
        Wire::xml(&rss(&many(30_000))),
        Ends::Told(MAX_ENTRIES, "entries"),
    );
    corpus.add(
        "entries",
        "one too many",
        Wire::xml(&rss(&many(MAX_ENTRIES + 1))),
        Ends::Told(MAX_ENTRIES, "entries"),
    );
    corpus.add(
        "entries",
        "just enough",
        Wire::xml(&rss(&many(MAX_ENTRIES))),
        Ends::Entries(MAX_ENTRIES),
    );
    corpus.add(
        "entries",
        "empty ones only",
        Wire::xml(&rss(&"<item/>".repeat(50_000))),
        Ends::Words("all of them empty"),
    );
    corpus.add(
        "entries",
        "blank ones only",
        Wire::xml(&rss(&"<item><title> </title><link></link></item>".repeat(5_000))),
        Ends::Words("all of them empty"),
    );
    corpus.add(
        "entries",
        "all alike",
        Wire::xml(&rss(&item("T").repeat(20_000))),
        Ends::Entries(1),
    );
    corpus.add(
        "entries",
        "all of one guid",
        Wire::xml(&rss(&(0..400)
            .map(|n| format!("<item><guid>1</guid><title>T{n}</title></item>"))
            .collect::<String>())),
        Ends::Told(1, "listed again"),
    );
    corpus.add(
        "entries",
        "all of one link",
        Wire::xml(&rss(&(0..400)
            .map(|n| format!("<item><link>http://x.example/</link><title>T{n}</title></item>"))
            .collect::<String>())),
        Ends::Entries(400),
    );
    corpus.add(
        "entries",
        "a hundred thousand categories",
        Wire::xml(&rss(&format!(
            "<item><title>T</title>{}</item>",
            (0..50_000).map(|n| format!("<category>{n}</category>")).collect::<String>()
        ))),
        Ends::Entries(1),
    );
    corpus.add(
        "entries",
        "ten thousand enclosures",
        Wire::xml(&rss(&format!(
            "<item><title>T</title>{}</item>",
            (0..10_000)
                .map(|n| format!("<enclosure url='http://x.example/{n}' length='-1'/>"))
                .collect::<String>()
        ))),
        Ends::Entries(1),
    );
    corpus.add(
        "entries",
        "ten thousand authors",
        Wire::xml(&rss(&format!(
            "<item><title>T</title>{}</item>",
            (0..10_000).map(|n| format!("<author>{n}</author>")).collect::<String>()
        ))),
        Ends::Entries(1),
    );
    corpus.add(
        "entries",
        "ten thousand titles",
        Wire::xml(&rss(&format!("<item>{}</item>", "<title>T</title>".repeat(10_000)))),
        Ends::Entries(1),
    );
    corpus.add("entries", "ten thousand links", Wire::xml(&format!("<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>T</title>{}</entry></feed>", "<link rel='alternate' href='http://x.example/'/>".repeat(10_000))), Ends::Entries(1));
}

fn texts(corpus: &mut Corpus) {
    for (name, title) in [
        ("a megabyte", "x".repeat(1_000_000)),
        ("a megabyte of words", "word ".repeat(200_000)),
        ("a script", "&lt;script&gt;alert(1)&lt;/script&gt; A".to_owned()),
        (
            "a script, twice escaped",
            "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;".to_owned(),
        ),
        (
            "a script in CDATA",
            "<![CDATA[<img src=x onerror=alert(1)><script>alert(1)</script> A]]>".to_owned(),
        ),
        ("half a script", "&lt;scr&lt;script&gt;ipt&gt; A".to_owned()),
        ("turned around", "A \u{202e}gpj.exe\u{202c}\u{2066}\u{2069}".to_owned()),
        ("controls", "A\u{1}\u{8}\u{b}\u{1b}[31m\u{7f}\u{85}\u{9f} B".to_owned()),
        ("controls by number", "A&#1;&#8;&#27;[31m&#127;&#x202e; B".to_owned()),
        ("invisible", "\u{200b}\u{feff}\u{2060}\u{ad}A".to_owned()),
        ("Zalgo", format!("Z{}", "\u{335}\u{321}\u{489}".repeat(30_000))),
        ("lines", "A\n\n\n\r\r\t\tB".to_owned()),
        ("a formula", "=HYPERLINK(\"http://x.example\")".to_owned()),
        ("a statement", "'; DROP TABLE items; --".to_owned()),
        ("a template", "{{7*7}} ${7*7} <%= 7 %> {% x %}".replace('<', "&lt;")),
        ("a header", "A\r\nBcc: x@x.example".to_owned()),
        ("a path", "../../../../etc/passwd".to_owned()),
    ] {
        corpus.add(
            "title",
            name,
            Wire::xml(&rss(&format!("<item><guid>1</guid><title>{title}</title></item>"))),
            Ends::Entries(1),
        );
    }
    for (name, text) in [
        ("of a megabyte", "&lt;p&gt;x&lt;/p&gt;".repeat(70_000)),
        ("of nested tables", "&lt;table&gt;&lt;tr&gt;&lt;td&gt;".repeat(30_000)),
        ("of comments", "&lt;!-- ".repeat(90_000)),
        ("of a script that never ends", format!("A &lt;script&gt;{}", "x".repeat(500_000))),
        ("of handlers", "<![CDATA[<p onclick='alert(1)' style='x:expression(alert(1))'>A</p><iframe src='javascript:alert(1)'></iframe>]]>".to_owned()),
        ("of a form", "<![CDATA[<form action='http://127.0.0.1/'><input name=password></form>A<base href='http://127.0.0.1/'>]]>".to_owned()),
        ("of a link turned around", "<![CDATA[<a href='http://x.example/'>\u{202e}elpmaxe.doog</a>]]>".to_owned()),
    ] {
        corpus.add("summary", name, Wire::xml(&rss(&format!("<item><guid>1</guid><title>A</title><description>{text}</description></item>"))), Ends::Entries(1));
    }
    for (name, guid) in [
        ("of a megabyte", "g".repeat(1_000_000)),
        ("of NULs", "\0\0".to_owned()),
        ("of markup", "&lt;b&gt;".to_owned()),
        ("of spaces", "   ".to_owned()),
    ] {
        corpus.add(
            "guid",
            name,
            Wire::xml(&rss(&format!("<item><guid>{guid}</guid><title>A</title></item>"))),
            Ends::Entries(1),
        );
    }
}

fn links(corpus: &mut Corpus) {
    for link in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://x.example/",
        "mailto:a@x.example",
        "tel:1",
        "//127.0.0.1/x",
        "http://",
        "http:///x",
        "http://[::1",
        "http://x.example:99999/",
        "\\\\127.0.0.1\\x",
        "http://a:b@x.example/",
        "blob:http://x.example/1",
        "about:blank",
        "http://x.example/\u{0}",
        "http://x.example/ a b",
        " ",
        "#",
        "?",
        "..",
        "http://\u{202e}x.example/",
        "http://xn--/",
    ] {
        let name: String = link.chars().flat_map(char::escape_default).collect();
        let items = format!(
            "<item><guid isPermaLink='false'>1</guid><title>A</title><link>{link}</link><enclosure url='{link}'/><comments>{link}</comments></item>"
        );
        corpus.add("link", name, Wire::xml(&rss(&items)), Ends::Entries(1));
    }
    corpus.add(
        "link",
        "of a megabyte",
        Wire::xml(&rss(&format!(
            "<item><title>A</title><link>http://x.example/{}</link></item>",
            "x".repeat(1_000_000)
        ))),
        Ends::Entries(1),
    );
    corpus.add("link", "a base that is a script", Wire::xml("<feed xmlns='http://www.w3.org/2005/Atom' xml:base='javascript:alert(1)'><entry><id>1</id><title>A</title><link href='x'/></entry></feed>"), Ends::Entries(1));
    corpus.add("link", "bases within bases", Wire::xml(&format!("<feed xmlns='http://www.w3.org/2005/Atom'><entry xml:base='http://x.example/'><id>1</id><title>A</title>{}<link href='x'/></entry></feed>", "<x xml:base='../../y/'>".repeat(20_000))), Ends::Entries(1));
}

fn dates(corpus: &mut Corpus) {
    for date in [
        "0000-00-00",
        "9999-99-99",
        "99999-01-01",
        "-0001-01-01",
        "2026-02-30",
        "2026-13-01T25:61:61Z",
        "2026-03-03T08:00:00+99:99",
        "0",
        "-1",
        "99999999999999999999",
        "NaN",
        "now",
        "tomorrow",
        "Fri, 32 Foo 20266 99:99:99 XXX",
        "1e400",
        "2026-03-03T08:00:00.99999999999999999999Z",
        "\u{661}\u{662}/\u{663}/\u{662}\u{660}\u{662}\u{666}",
        "((((((((2026))))))))",
    ] {
        let items = format!("<item><guid>1</guid><title>A</title><pubDate>{date}</pubDate></item>");
        corpus.add("date", date, Wire::xml(&rss(&items)), Ends::Entries(1));
    }
    let digits = "1".repeat(500_000);
    corpus.add(
        "date",
        "of half a million digits",
        Wire::xml(&rss(&format!(
            "<item><guid>1</guid><title>A</title><pubDate>{digits}</pubDate></item>"
        ))),
        Ends::Entries(1),
    );
    let nest = format!("Fri, {}3 Mar 2026{}", "(".repeat(200_000), ")".repeat(200_000));
    corpus.add(
        "date",
        "of comments within comments",
        Wire::xml(&rss(&format!(
            "<item><guid>1</guid><title>A</title><pubDate>{nest}</pubDate></item>"
        ))),
        Ends::Entries(1),
    );
}
