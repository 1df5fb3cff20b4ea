#!/usr/bin/env python3
"""Which feeds are measured? 200 in the shapes of real ones, about 45 MB, the same at every making.

    python3 benches/feeds/make.py FOLDER

All of it is invented: words, hosts and people. What is copied from life is the shape only: which elements, which
namespaces, how long, how escaped.
"""

import json
import pathlib
import random
import sys
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape

WORDS = """vården patient journal region kommun och att som för med den det nya digital tjänst säkerhet rapport beslut
hälsa data läkare sjukvård omsorg utredning förslag myndighet år stöd kvalitet arbete under mellan enligt flera större
the health service and of new report digital care data for with patients hospital system access local review policy
forslag helse og sykehus pasient nytt kommunene viser at på i til skal kan blir har ved etter mot over uten""".split()
NAMES = ["Anna Berg", "Åsa Öström", "Kari Nordmann", "John Doe", "Mette Holm", "Jukka Virtanen"]
CHANCE = random.Random(20261125)
START = datetime(2026, 11, 20, 8, 0, tzinfo=timezone.utc)


def words(count):
    return " ".join(CHANCE.choice(WORDS) for _ in range(count))


def sentence():
    return words(CHANCE.randint(6, 16)).capitalize() + CHANCE.choice([".", ".", "?", " & mer.", " – nu."])


def title():
    return words(CHANCE.randint(4, 10)).capitalize()


def paragraph():
    text = " ".join(escape(sentence(), quote=False) for _ in range(CHANCE.randint(2, 5)))
    if CHANCE.random() < 0.5:
        text += f' <a href="https://ex.se/{CHANCE.randint(1, 9999)}?a=1&amp;b=2" class="link">{words(3)}</a>&nbsp;<em>{words(2)}</em>'
    return f"<p>{text}</p>"


def body(paragraphs):
    parts = []
    for at in range(paragraphs):
        parts.append(paragraph())
        if at % 4 == 3:
            parts.append(
                f'<figure class="wp-block-image size-large"><img loading="lazy" width="1024" height="683" '
                f'src="https://ex.se/wp-content/uploads/{at}.jpg" alt="{words(4)}" srcset="https://ex.se/{at}-300.jpg 300w, '
                f'https://ex.se/{at}-768.jpg 768w" sizes="(max-width: 1024px) 100vw, 1024px" /></figure>'
            )
        if at % 6 == 5:
            parts.append("<ul>" + "".join(f"<li>{words(5)}</li>" for _ in range(4)) + "</ul>")
    return "\n".join(parts)


def moments(count):
    at = START - timedelta(minutes=CHANCE.randint(0, 9000))
    for _ in range(count):
        yield at
        at -= timedelta(minutes=CHANCE.randint(20, 3000))


def wordpress(at, items, long):
    out = [
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"\n\txmlns:content="http://purl.org/rss/1.0/modules/content/"'
        '\n\txmlns:wfw="http://wellformedweb.org/CommentAPI/"\n\txmlns:dc="http://purl.org/dc/elements/1.1/"'
        '\n\txmlns:atom="http://www.w3.org/2005/Atom"\n\txmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
        '\n\txmlns:slash="http://purl.org/rss/1.0/modules/slash/"\n\t>\n\n<channel>\n\t'
        f"<title>{title()}</title>\n\t<atom:link href=\"https://wp{at}.ex.se/feed/\" rel=\"self\" type=\"application/rss+xml\" />"
        f"\n\t<link>https://wp{at}.ex.se</link>\n\t<description>{sentence().replace('&', '&amp;')}</description>\n\t"
        f"<lastBuildDate>{format_datetime(START)}</lastBuildDate>\n\t<language>sv-SE</language>\n\t"
        "<sy:updatePeriod>hourly</sy:updatePeriod>\n\t<generator>https://wordpress.org/?v=6.4.3</generator>\n"
    ]
    for n, when in enumerate(moments(items)):
        link = f"https://wp{at}.ex.se/{when:%Y/%m/%d}/inlagg-{n}/"
        out.append(
            f"\t<item>\n\t\t<title>{title()} &#8211; {title()}</title>\n\t\t<link>{link}</link>\n\t\t"
            f"<dc:creator><![CDATA[{CHANCE.choice(NAMES)}]]></dc:creator>\n\t\t<pubDate>{format_datetime(when)}</pubDate>\n\t\t"
            f"<category><![CDATA[{words(1)}]]></category>\n\t\t<category><![CDATA[{words(2)}]]></category>\n\t\t"
            f'<guid isPermaLink="false">https://wp{at}.ex.se/?p={n + 100}</guid>\n\t\t'
            f"<description><![CDATA[<p>{sentence()} [&#8230;]</p>\n<p>The post <a href=\"{link}\">x</a> appeared first.</p>]]></description>\n\t\t"
            f"<content:encoded><![CDATA[{body(long)}]]></content:encoded>\n\t\t"
            f"<wfw:commentRss>{link}feed/</wfw:commentRss>\n\t\t<slash:comments>0</slash:comments>\n\t</item>\n"
        )
    return "".join(out) + "</channel>\n</rss>\n"


def short_news(at, items, _):
    out = [
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title()}</title>'
        f"<link>https://news{at}.ex.no/</link><description>{title()}</description><language>nb-no</language>"
        f"<pubDate>{format_datetime(START)}</pubDate><ttl>10</ttl>"
    ]
    for n, when in enumerate(moments(items)):
        local = when.astimezone(timezone(timedelta(hours=1)))
        out.append(
            f"<item><title>{escape(title())}</title><link>https://news{at}.ex.no/artikkel/{n}?utm_source=rss&amp;id={n}</link>"
            f"<description>{escape(sentence())}</description><pubDate>{format_datetime(local)}</pubDate>"
            f'<guid isPermaLink="true">https://news{at}.ex.no/artikkel/{n}</guid></item>'
        )
    return "".join(out) + "</channel></rss>"


def episerver(at, items, _):
    out = [
        f'<?xml version="1.0" encoding="utf-8"?>\r\n<rss xmlns:a10="http://www.w3.org/2005/Atom" version="2.0">\r\n  <channel>\r\n'
        f"    <title>{title()}</title>\r\n    <link>https://epi{at}.ex.se/</link>\r\n    <description />\r\n    <language>sv</language>\r\n"
        f"    <a10:id>epi{at}</a10:id>\r\n"
    ]
    for n, when in enumerate(moments(items)):
        out.append(
            f'    <item>\r\n      <guid isPermaLink="false">{n:08x}-4ab1-4c1e-9f00-00000000{at:04d}</guid>\r\n'
            f"      <link>https://epi{at}.ex.se/nyheter/{when:%Y}/{n}/</link>\r\n      <title>{title()}</title>\r\n"
            f"      <description>{escape('<p>' + sentence() + '</p>' + paragraph())}</description>\r\n"
            f"      <pubDate>{format_datetime(when).replace('+0000', 'Z')}</pubDate>\r\n"
            f"      <a10:updated>{when:%Y-%m-%dT%H:%M:%S}Z</a10:updated>\r\n    </item>\r\n"
        )
    return "".join(out) + "  </channel>\r\n</rss>"


def atom(at, items, long):
    out = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://atom{at}.ex.org/">\n'
        f'  <title type="text">{title()}</title>\n  <subtitle>{title()}</subtitle>\n  <link rel="self" href="feed.atom"/>\n'
        f'  <link href="/"/>\n  <id>tag:atom{at}.ex.org,2026:feed</id>\n  <updated>{START:%Y-%m-%dT%H:%M:%SZ}</updated>\n'
        f'  <generator uri="https://jekyllrb.com/" version="4.3">Jekyll</generator>\n'
    ]
    for n, when in enumerate(moments(items)):
        markup = body(long)
        if at % 2:
            content = f'<content type="html" xml:base="https://atom{at}.ex.org/{n}/">{escape(markup)}</content>'
        else:
            markup = markup.replace("&nbsp;", "&#160;").replace("& mer", "&amp; mer")
            content = f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{markup}</div></content>'
        out.append(
            f'  <entry>\n    <title type="html">{escape(escape(title()))}</title>\n    <link rel="alternate" type="text/html" href="/{n}/"/>\n'
            f"    <link rel=\"replies\" href=\"/{n}/c\"/>\n    <id>tag:atom{at}.ex.org,2026:{n}</id>\n    <published>{when:%Y-%m-%dT%H:%M:%S}+00:00</published>\n"
            f"    <updated>{when + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}.123Z</updated>\n    <author><name>{CHANCE.choice(NAMES)}</name><uri>https://ex.org</uri></author>\n"
            f'    <category term="{words(1)}" label="{words(1)}"/>\n    <summary>{escape(sentence())}</summary>\n    {content}\n  </entry>\n'
        )
    return "".join(out) + "</feed>\n"


def podcast(at, items, long):
    out = [
        f'<?xml version="1.0" encoding="UTF-8"?><rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        f'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:googleplay="http://www.google.com/schemas/play-podcasts/1.0" version="2.0"><channel>'
        f"<title>{title()}</title><link>https://pod{at}.ex.com</link><language>en-us</language><itunes:author>{CHANCE.choice(NAMES)}</itunes:author>"
        f"<itunes:owner><itunes:name>{CHANCE.choice(NAMES)}</itunes:name><itunes:email>a@ex.com</itunes:email></itunes:owner>"
        f'<description>{title()}</description><itunes:category text="Health &amp; Fitness"><itunes:category text="Medicine"/></itunes:category>'
    ]
    for n, when in enumerate(moments(items)):
        out.append(
            f"<item><title>{n}. {title()}</title><itunes:title>{title()}</itunes:title><itunes:episode>{n}</itunes:episode>"
            f"<description><![CDATA[{body(long)}]]></description><itunes:summary>{title()}</itunes:summary><content:encoded><![CDATA[{body(long)}]]></content:encoded>"
            f'<enclosure url="https://pod{at}.ex.com/{n}.mp3?x=1&amp;y=2" length="{n * 1000}" type="audio/mpeg"/><itunes:duration>00:{n % 60:02d}:00</itunes:duration>'
            f'<pubDate>{format_datetime(when, usegmt=True)}</pubDate><guid isPermaLink="false">pod-{at}-{n}</guid><itunes:explicit>no</itunes:explicit></item>'
        )
    return "".join(out) + "</channel></rss>"


def youtube(at, items, _):
    out = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/" '
        f'xmlns="http://www.w3.org/2005/Atom">\n <link rel="self" href="http://video{at}.ex.com/feed"/>\n <id>yt:channel:{at}</id>\n <title>{title()}</title>\n'
        f' <link rel="alternate" href="https://video{at}.ex.com/"/>\n <author>\n  <name>{CHANCE.choice(NAMES)}</name>\n  <uri>https://ex.com</uri>\n </author>\n'
        f" <published>2012-01-01T00:00:00+00:00</published>\n"
    ]
    for n, when in enumerate(moments(items)):
        out.append(
            f' <entry>\n  <id>yt:video:{at}-{n}</id>\n  <yt:videoId>{n}</yt:videoId>\n  <title>{title()}</title>\n  <link rel="alternate" href="https://video{at}.ex.com/watch?v={n}"/>\n'
            f"  <author>\n   <name>{CHANCE.choice(NAMES)}</name>\n  </author>\n  <published>{when:%Y-%m-%dT%H:%M:%S}+00:00</published>\n  <updated>{when:%Y-%m-%dT%H:%M:%S}+00:00</updated>\n"
            f'  <media:group>\n   <media:title>{title()}</media:title>\n   <media:content url="https://video{at}.ex.com/v/{n}" type="application/x-shockwave-flash" width="640" height="390"/>\n'
            f'   <media:thumbnail url="https://i.ex.com/{n}.jpg" width="480" height="360"/>\n   <media:description>{escape(chr(10).join(sentence() for _ in range(8)))}</media:description>\n'
            f'   <media:community>\n    <media:starRating count="1" average="5.00" min="1" max="5"/>\n   </media:community>\n  </media:group>\n </entry>\n'
        )
    return "".join(out) + "</feed>"


def rdf(at, items, _):
    whens = list(moments(items))
    listed = "".join(f'<rdf:li rdf:resource="https://rdf{at}.ex.org/{n}"/>' for n in range(items))
    out = [
        f'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">'
        f'<channel rdf:about="https://rdf{at}.ex.org/"><title>{title()}</title><link>https://rdf{at}.ex.org/</link><description>{title()}</description>'
        f"<dc:language>en</dc:language><items><rdf:Seq>{listed}</rdf:Seq></items></channel>"
    ]
    for n, when in enumerate(whens):
        out.append(
            f'<item rdf:about="https://rdf{at}.ex.org/{n}"><title>{title()}</title><link>https://rdf{at}.ex.org/{n}</link>'
            f"<description>{escape(sentence())}</description><dc:creator>{CHANCE.choice(NAMES)}</dc:creator><dc:date>{when:%Y-%m-%d}</dc:date>"
            f"<dc:identifier>doi:10.1/{n}</dc:identifier><prism:publicationDate>{when:%Y-%m-%d}</prism:publicationDate></item>\n"
        )
    return "".join(out) + "</rdf:RDF>"


def json_feed(at, items, long):
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": title(),
            "home_page_url": f"https://json{at}.ex.org/",
            "items": [
                {
                    "id": f"json-{at}-{n}",
                    "url": f"https://json{at}.ex.org/{n}",
                    "title": title(),
                    "content_html": body(long),
                    "date_published": f"{when:%Y-%m-%dT%H:%M:%S}Z",
                    "authors": [{"name": CHANCE.choice(NAMES)}],
                    "tags": [words(1)],
                }
                for n, when in enumerate(moments(items))
            ],
        },
        ensure_ascii=False,
    )


# How many of each, how many entries, how many paragraphs in each.
SHAPES = [
    (wordpress, 55, 30, 14),
    (short_news, 45, 420, 0),
    (episerver, 25, 150, 0),
    (atom, 30, 40, 9),
    (podcast, 15, 80, 4),
    (youtube, 10, 60, 0),
    (rdf, 10, 250, 0),
    (json_feed, 5, 40, 12),
    (wordpress, 3, 200, 30),
    (short_news, 2, 4000, 0),
]


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    size, at = 0, 0
    for shape, count, items, long in SHAPES:
        for _ in range(count):
            scale = CHANCE.uniform(0.4, 1.6)
            text = shape(at, max(3, int(items * scale)), long)
            kind = "json" if shape is json_feed else "xml"
            data = text.encode("utf-8")
            if shape is short_news and at % 7 == 0:
                data = text.replace('encoding="utf-8"', 'encoding="iso-8859-1"').encode("iso-8859-1", "xmlcharrefreplace")
            (folder / f"{at:03d}-{shape.__name__}.{kind}").write_bytes(data)
            size, at = size + len(data), at + 1
    print(f"{at} feeds, {size / 1e6:.1f} MB")


main()
