"""Writes web pages of seven kinds, modelled on what site builders make, with the main text of each marked.

Between « and » stands what a reader came for; everything else is what surrounds it. `pages()` gives name, kind, HTML and
main text. All names and texts are invented.
"""

import html
import json
import random
import re

SENTENCES = {
    "sv": """Regionen inför en gemensam journal för {n} vårdcentraler under hösten. Patienter ska kunna se provsvar samma dag som
de blir klara. Enligt utredningen saknas fortfarande en nationell lösning för {n} procent av remisserna. Kommunerna får ett
större ansvar för hemsjukvården, och det kräver nya avtal. Myndigheten föreslår att läkemedelslistan blir obligatorisk från
årsskiftet. Kritiker menar att kostnaderna har underskattats med {n} miljoner kronor. Försöket omfattar {n} patienter i tre
län och utvärderas i december. Det är första gången som uppgifterna lämnas ut i ett gemensamt format. Sjuksköterskorna säger
att de sparar ungefär {n} minuter om dagen. Regeringen väntas fatta beslut före sommaren, men remisstiden är kort. Systemet
bygger på öppna standarder, vilket gör det lättare att byta leverantör. Frågan om samtycke är ännu inte löst, skriver
utredaren i sitt betänkande. Vi har väntat på det här i {n} år, säger verksamhetschefen. Driftstörningen berodde på ett
felaktigt certifikat och varade i {n} timmar.""",
    "en": """The agency will publish its guidance on remote monitoring in {n} languages. Hospitals that join the pilot receive
support from a team of {n} clinicians and engineers. A review of last year's outage found that backups had not been tested
for {n} months. Patients can withdraw their consent at any time, and the change takes effect within a day. The new rules
apply to every device that was placed on the market after March. Researchers followed {n} people over two winters and saw
fewer admissions. Critics say that the budget does not cover training, which the ministry denies. Records are exchanged in
an open format, so that no supplier owns them. It remains unclear who pays when two regions share one system. The committee
heard {n} witnesses before it wrote its report. Nurses told us that they save about {n} minutes on each shift. In small
towns the service is used mostly in the evening. A second study, with {n} participants, is planned for the autumn. Nobody
had asked the people who answer the phones.""",
    "nb": """Helsedirektoratet vil at alle kommuner tar i bruk kjernejournalen innen {n} måneder. Fastlegene får se epikriser fra
sykehuset samme dag som pasienten skrives ut. Evalueringen viser at {n} prosent av brukerne er fornøyde med løsningen.
Prosjektet har kostet {n} millioner kroner mer enn planlagt. Departementet skriver at personvernet skal ivaretas i hele
kjeden. Ansatte i hjemmetjenesten bruker nå mindre tid på papirarbeid. Innføringen skjer i {n} trinn og begynner i
Trondheim. Det er ikke avklart hvem som skal betale for driften. Pasientforeningene er positive, men etterlyser opplæring.""",
}
TITLES = {
    "sv": ["Gemensam journal införs i hösten", "Regionen testar digitala remisser", "Nya krav på läkemedelslistan"],
    "en": ["Remote monitoring reaches small towns", "What the outage taught the hospitals", "Open records, one year on"],
    "nb": ["Kjernejournal til alle kommuner", "Fastlegene får raskere epikriser", "Dyrere enn planlagt"],
}
SMALL = {
    "en": dict(nav=["Home", "News", "About us", "Contact", "Careers", "Press"], more="Read more", rel="Related articles",
               share="Share this article", sub="Sign up for our newsletter and never miss a story that matters to you.",
               cookie="We use cookies to improve your experience on this site. By continuing to browse you accept our use of cookies.",
               foot="All rights reserved. Reproduction without permission is forbidden. Terms of use and privacy policy apply."),
    "sv": dict(nav=["Start", "Nyheter", "Om oss", "Kontakt", "Jobba här", "Press"], more="Läs mer", rel="Relaterade artiklar",
               share="Dela artikeln", sub="Prenumerera på vårt nyhetsbrev så missar du aldrig en viktig nyhet från oss.",
               cookie="Vi använder kakor för att webbplatsen ska fungera bra. Läs mer om kakor och om hur vi behandlar personuppgifter.",
               foot="Ansvarig utgivare är kommunikationschefen. Citera oss gärna men ange alltid källan när du gör det."),
    "nb": dict(nav=["Hjem", "Nyheter", "Om oss", "Kontakt", "Ledige stillinger", "Presse"], more="Les mer", rel="Relaterte saker",
               share="Del saken", sub="Meld deg på nyhetsbrevet vårt og få de viktigste sakene rett i innboksen hver fredag.",
               cookie="Vi bruker informasjonskapsler for å gi deg en bedre opplevelse på nettstedet vårt. Les mer om personvern.",
               foot="Ansvarlig redaktør er informasjonsdirektøren. Alt innhold er vernet etter åndsverkloven i Norge."),
}
SMALL_WORDS = ["monitor", "journal", "sensor", "kit", "cuff", "tablet", "reader", "mobile unit", "adapter", "scale"]


class Page:
    """The pieces of one page, drawn from one seed."""

    def __init__(self, seed, language):
        self.draw = random.Random(seed)
        self.language = language
        text = " ".join(SENTENCES[language].split())
        self.pool = re.split(r"(?<=\.) ", text)
        self.draw.shuffle(self.pool)
        self.at = 0
        self.words = SMALL[language]
        self.title = self.draw.choice(TITLES[language])

    def s(self, sentences=1):
        """Some sentences."""
        out = []
        for _ in range(sentences):
            out.append(self.pool[self.at % len(self.pool)].replace("{n}", str(self.draw.randint(2, 970))))
            self.at += 1
        return " ".join(out)

    def p(self, paragraphs=1, tag="p", sentences=(2, 4)):
        """Paragraphs of main text."""
        one = lambda: f"<{tag}>«{self.s(self.draw.randint(*sentences))}»</{tag}>"
        return "\n".join(one() for _ in range(paragraphs))

    def nav(self, tag="nav", attributes=""):
        links = "".join(f'<li><a href="/{i}">{name}</a></li>' for i, name in enumerate(self.words["nav"]))
        return f"<{tag} {attributes}><ul>{links}</ul></{tag}>"

    def related(self, opening="<section class='related-stories'>", closing="</section>", items=4):
        links = "".join(f"<li><a href='/{i}'>{self.s()}</a></li>" for i in range(items))
        return f"{opening}<h3>{self.words['rel']}</h3><ul>{links}</ul>{closing}"

    def share(self, attributes="class='share-bar'"):
        return f"<div {attributes}><span>{self.words['share']}</span> <a href=#>Facebook</a> <a href=#>X</a> <a href=#>LinkedIn</a></div>"

    def cookie(self, attributes="id='cookie-banner' class='consent'"):
        return f"<div {attributes}><p>{self.words['cookie']}</p><button>OK</button></div>"

    def news(self, attributes="class='newsletter-signup'"):
        return f"<div {attributes}><p>{self.words['sub']}</p><form><input type=email><button>OK</button></form></div>"

    def foot(self, tag="footer", attributes=""):
        return f"<{tag} {attributes}><p>{self.words['foot']}</p>{self.nav('div')}</{tag}>"

    def comments(self, attributes="id='comments' class='comments-area'", items=3):
        each = "".join(f"<li class='comment'><b>Reader {i}</b><p>{self.s(2)}</p><a href=#>Reply</a></li>" for i in range(items))
        return f"<div {attributes}><h2>{items} comments</h2><ol>{each}</ol></div>"

    def head(self, extra="", generator=""):
        mark = f"<meta name=generator content='{generator}'>" if generator else ""
        return f"<!doctype html><html lang={self.language}><head><meta charset=utf-8><title>{self.title} | Site</title>{mark}{extra}</head>"

    def ld(self, **data):
        return f"<script type='application/ld+json'>{json.dumps({'@context': 'https://schema.org', **data})}</script>"


def wordpress(g):
    return g.head(g.ld(**{"@type": "Article", "headline": g.title}), "WordPress 6.6") + f"""<body class="single single-post has-sidebar">
<div id=page><header id=masthead class=site-header><p class=site-title><a href=/>Site</a></p>{g.nav(attributes='id=site-navigation')}</header>
<div id=content class=site-content><main id=primary><article class="post type-post hentry"><header class=entry-header><h1 class=entry-title>{g.title}</h1>
<div class=entry-meta><span class=posted-on>3 March 2026</span> <span class=byline>by Kim Doe</span></div></header>
<div class=entry-content>{g.p(2)}<figure><img src=a.jpg><figcaption>Photo: Kim Doe</figcaption></figure><h2>«Background»</h2>{g.p(3)}
<ul><li>«{g.s()}»</li><li>«{g.s()}»</li></ul>{g.p(1)}<div class="sharedaddy">{g.share()}</div><div id=jp-relatedposts class=jp-relatedposts>{g.related('', '')}</div></div>
<footer class=entry-footer><span class=tags-links>Tags: <a href=#>health</a>, <a href=#>records</a></span></footer></article>
<nav class=post-navigation><a href=#>Previous: {g.s()}</a></nav>{g.comments()}</main>
<aside id=secondary class=widget-area>{g.related("<section class='widget widget_recent_entries'>")}{g.news()}</aside></div>{g.foot()}</div>{g.cookie()}</body>"""


def drupal(g):
    return g.head(generator="Drupal 10") + f"""<body class="path-node page-node-type-article one-sidebar">
<header role=banner>{g.nav()}</header><div class="layout-container"><ol class=breadcrumb><li><a href=/>Home</a></li><li><a href=/n>News</a></li></ol>
<main role=main><h1 class=page-header>{g.title}</h1><div class="region region-content"><article class="node node--type-article">
<div class="node__meta">Submitted by editor on 2026-03-03</div><div class="field field--name-field-intro"><p>«{g.s(2)}»</p></div>
<div class="field field--name-body field--type-text-with-summary">{g.p(4)}<blockquote>«{g.s(2)}»</blockquote>{g.p(2)}
<table><tr><th>«Year»</th><th>«Visits»</th></tr><tr><td>«2024»</td><td>«81 000»</td></tr><tr><td>«2025»</td><td>«94 500»</td></tr></table></div>
<div class="field field--name-field-tags"><a href=#>eHealth</a> <a href=#>Policy</a></div></article></div></main>
<aside class="region-sidebar-second">{g.related()}</aside></div>{g.foot()}{g.cookie("class='eu-cookie-compliance-banner'")}</body>"""


def sitevision(g):
    return g.head(generator="Sitevision") + f"""<body class="sv-responsive env-m-around--0"><div id="svid10_1" class="pagelayout"><div class="sv-layout">
<div class="sv-vertical sv-skip-spacer sv-template-layout pagehead">{g.nav('div', 'class="sv-custom-module sv-marketplace-sitevision-megamenu"')}</div>
<div class="sv-vertical sv-template-layout" id="Mittspalt"><div class="sv-text-portlet sv-use-margins"><div class="sv-text-portlet-content"><h1 class=heading>{g.title}</h1>
<p class="ingress">«{g.s(2)}»</p>{g.p(2, sentences=(3, 5))}</div></div><div class="sv-text-portlet"><div class="sv-text-portlet-content"><h2 class=subheading>«Bakgrund»</h2>{g.p(2)}
<ul><li>«{g.s()}»</li><li>«{g.s()}»</li></ul></div></div><div class="sv-script-portlet dela">{g.share("class=dela")}</div><p class="normal">Senast uppdaterad: 3 mars 2026</p></div>
<div class="sv-layout sv-column-4" id="Hogerspalt">{g.related("<div class='sv-archive-portlet relaterat'>", "</div>")}</div></div></div>{g.foot('div', 'class="sidfot footer"')}{g.cookie()}</body>"""


def optimizely(g):
    return g.head() + f"""<body><div class="page-wrapper"><header class="header">{g.nav()}</header><div class="container main-container"><div class="row">
<div class="col-md-8"><h1>{g.title}</h1><div class="preamble"><p>«{g.s(2)}»</p></div><div class="main-body">{g.p(5)}<h3>«Contact»</h3><p>«{g.s()}»</p></div>
<div class="page-info">Published: <time datetime=2026-03-03>3 March 2026</time></div></div><div class="col-md-4 sidebar-block">{g.related("<div class='block linklistblock'>", "</div>")}</div></div></div>
{g.foot()}</div>{g.cookie()}</body>"""


def news(g):
    promo = lambda: f"<div class='ssrcss-inline promo'><a href=/x><h4>{g.s()}</h4></a></div>"
    return g.head("<meta property='og:type' content=article>" + g.ld(**{"@type": "NewsArticle", "headline": g.title, "author": {"name": "Kim Doe"}})) + f"""<body>
<header>{g.nav()}</header><main><article><header><h1>{g.title}</h1><div class=byline>By Kim Doe, Health reporter</div></header>
<div data-component=text-block>{g.p(1)}</div><div data-component=ad-slot class=ad-slot>Advertisement</div><div data-component=text-block>{g.p(2)}</div>{promo()}
<div data-component=text-block>{g.p(2)}</div><p><strong><a href=/y>Read more: {g.s()}</a></strong></p><div data-component=text-block>{g.p(2)}</div>
<div data-component=links-block class=related>{g.related('', '')}</div><p>Follow us on <a href=#>Facebook</a>.</p></article>
<section class="more-stories"><h2>More stories</h2>{"".join(f"<div class=card><a href=#><h3>{g.s()}</h3></a><p>{g.s(2)}</p></div>" for _ in range(5))}</section></main>{g.foot()}{g.cookie()}</body>"""


def hashed(g):
    c = lambda: "css-" + "".join(g.draw.choice("abcdefghk0123") for _ in range(6))
    return g.head("<meta property='article:published_time' content='2026-03-03T08:00:00Z'><meta property='og:type' content=article>") + f"""<body><div id=__next><div class={c()}>{g.nav('div')}</div>
<div class={c()}><div class={c()}><h1 class={c()}>{g.title}</h1><div class={c()}><span>Kim Doe</span> <span>3 March 2026</span></div>{"".join(f"<p class={c()}>«{g.s(3)}»</p>" for _ in range(7))}</div>
<div class={c()}><h2>{g.words['rel']}</h2>{"".join(f"<a class={c()} href=#><h3>{g.s()}</h3><span>5 min</span></a>" for _ in range(5))}</div></div><div class={c()}><p>{g.words['foot']}</p>{g.nav('div')}</div></div></body>"""


def substack(g):
    return g.head() + f"""<body class=""><div id=entry><div id=main class="main typography"><div class=topbar>{g.nav('div')}</div><div class="single-post-container"><div class=container><div class=single-post><article class="typography newsletter-post post">
<div class=post-header><h1 class="post-title published">{g.title}</h1><h3 class=subtitle>«{g.s()}»</h3><div class=byline-wrapper>Kim Doe · Mar 03, 2026</div></div>
<div class="available-content"><div class="body markup">{g.p(3)}<h2>«Two»</h2>{g.p(2)}<div class="subscription-widget-wrap"><p>Thanks for reading! Subscribe for free to receive new posts and support my work.</p></div>{g.p(2)}</div></div>
<div class=post-footer>{g.share()}</div></article></div></div></div><div class="comments-page">{g.comments("class='comments-section'")}</div>{g.foot('div', 'class=footer')}</div></div></body>"""


def medium(g):
    return g.head(g.ld(**{"@type": "NewsArticle", "headline": g.title})) + f"""<body><div id=root><div class="a b c"><div class="d"><a href=#>Sign in</a> <a href=#>Get started</a></div>
<article><div class="e f"><div class=g><section><div><h1 class=pw-post-title>{g.title}</h1><h2 class=pw-subtitle-paragraph>«{g.s()}»</h2><div class="h"><a href=#>Kim Doe</a> · <a href=#>Follow</a> <span>6 min read</span></div>
{g.p(3)}<figure><img src=x><figcaption>Image by the author</figcaption></figure>{g.p(2)}<h1>«What next»</h1>{g.p(2)}<blockquote><p>«{g.s()}»</p></blockquote></div></section></div></div></article>
<div class="i"><h2>More from Kim Doe</h2>{"".join(f"<div><a href=#><h3>{g.s()}</h3></a><p>{g.s()}</p></div>" for _ in range(3))}</div><div class="j"><a href=#>Help</a><a href=#>Status</a><a href=#>About</a></div></div></div></body>"""


def amp(g):
    return g.head("<script async src=v0.js></script>") + f"""<body><header class=amp-header><a href=/>Site</a></header><amp-sidebar id=sb layout=nodisplay>{g.nav()}</amp-sidebar>
<article class=amp-wp-article><header class=amp-wp-article-header><h1 class=amp-wp-title>{g.title}</h1><div class="amp-wp-meta amp-wp-byline">Kim Doe</div></header><div class=amp-wp-article-content>{g.p(3)}<amp-ad width=300 height=250></amp-ad>{g.p(3)}</div>
<footer class=amp-wp-article-footer><div class=amp-wp-meta>Categories: <a href=#>News</a></div></footer></article>{g.foot()}</body>"""


def breaks(g):
    text = "<br><br>\n".join(f"«{g.s(3)}»" for _ in range(6))
    return g.head() + f"""<body bgcolor=white><div id=top>{g.nav('div')}</div><div id=middle><div id=left>{g.nav('div')}</div><div id=center><h1>{g.title}</h1><b>2026-03-03</b><br>{text}<br><br><a href=#>Skriv ut</a> <a href=#>Tipsa en vän</a></div></div><div id=bottom><p>{g.words['foot']}</p></div></body>"""


def tables(g):
    text = "".join(f"<p><font face=Verdana size=2>«{g.s(3)}»</font></p>" for _ in range(6))
    links = "".join(f"<tr><td><a href=/{i}><font size=1>{n}</font></a></td></tr>" for i, n in enumerate(g.words["nav"] * 2))
    return g.head() + f"""<body><table width=760><tr><td colspan=3><img src=logo.gif></td></tr><tr><td width=140 valign=top><table>{links}</table></td><td valign=top><font size=4><b>{g.title}</b></font>{text}</td>
<td width=140 valign=top><font size=1><b>News</b><br>{"<br>".join(f"<a href=#>{g.s()}</a>" for _ in range(4))}</font></td></tr><tr><td colspan=3 align=center><font size=1>{g.words['foot']}</font></td></tr></table></body>"""


def divs(g):
    text = "".join(f"<div>«{g.s(3)}»</div>" for _ in range(6))
    return g.head() + f"""<body><div class=wrap><div class=topmenu>{g.nav('div')}</div><div class=col1><div class=h1>{g.title}</div><div class=txt>{text}</div><div class=social>{g.share()}</div></div><div class=col2>{g.related("<div class=box>", "</div>")}</div></div>{g.foot('div', 'class=bottom')}</body>"""


def liveblog(g):
    posts = "".join(f"<article class='live-post block'><time>1{i}:20</time><h2>«{g.s()}»</h2>{g.p(2)}{g.share()}</article>" for i in range(5))
    return g.head(g.ld(**{"@type": "LiveBlogPosting", "headline": g.title})) + f"""<body><header>{g.nav()}</header><main><h1>{g.title}</h1><div class=standfirst><p>«{g.s(2)}»</p></div><div class=live-blog-posts>{posts}</div></main><aside>{g.related()}</aside>{g.foot()}</body>"""


def paywall(g):
    body = " ".join(g.s(3) for _ in range(6))
    start = body[:200].rsplit(" ", 1)[0]
    return g.head(g.ld(**{"@type": "NewsArticle", "headline": g.title, "articleBody": body})) + f"""<body>{g.nav()}<main><article><h1>{g.title}</h1><p>{start}</p><div class=paywall><p>This article is for subscribers. Log in or subscribe to read on.</p></div></article></main>{g.foot()}
<!--«{html.escape(body)}»--></body>"""


def press(g):
    links = "".join(f"<li><a href=/doc{i}.pdf>«{g.s()}»</a></li>" for i in range(2))
    return g.head() + f"""<body><a class=skip-link href=#main>Skip to content</a><header>{g.nav()}</header><main id=main><div class=breadcrumbs><a href=/>Start</a> / <a href=/p>Press</a></div><h1>{g.title}</h1><p class=date>Publicerad 3 mars 2026</p><p class=lead>«{g.s(2)}»</p>{g.p(4)}<h2>«Documents»</h2><ul class=doc-list>{links}<li>«{g.s(2)}»</li></ul>
<h2>«Press contact»</h2><p>«Kim Doe, press officer, 08-123 45 67»</p>{g.share()}</main>{g.foot()}{g.cookie("class='cc-window cookie'")}</body>"""


def bloglist(g):
    return g.head() + f"""<body class="home blog">{g.nav()}<div id=content>{"".join(f"<div class=post><h2><a href=/{i}>«{g.s()}»</a></h2><div class=post-meta>3 March 2026 | Kim Doe</div><div class=entry><p>«{g.s(3)}»</p></div></div>" for i in range(5))}<div class=navigation><a href=#>Older posts</a></div></div><div id=sidebar>{g.related()}</div>{g.foot('div', 'id=footer')}</body>"""


def agency_list(g):
    items = "".join(f"<li class=list-item><a href=/{i}><h3>«{g.s()}»</h3></a><time>2026-03-0{i + 1}</time><p>«{g.s(2)}»</p></li>" for i in range(7))
    return g.head() + f"""<body><header>{g.nav()}</header><main><h1>{g.title}</h1><p>«{g.s()}»</p><form class=filter><label>Year<select><option>2026</select></label></form><ul class=news-list>{items}</ul><nav class=pagination><a href=#>1</a><a href=#>2</a><a href=#>Next</a></nav></main>{g.foot()}{g.cookie()}</body>"""


def cards(g):
    items = "".join(f"<a class=teaser-card href=/{i}><h2>«{g.s()}»</h2><p>«{g.s(2)}»</p></a>" for i in range(8))
    return g.head() + f"""<body><header>{g.nav()}</header><main><h1>{g.title}</h1><div class=grid>{items}</div></main>{g.foot()}</body>"""


def results(g):
    items = "".join(f"<div class=search-result><h3><a href=/{i}>«{g.s()}»</a></h3><div class=snippet>«{g.s(2)}»</div><cite>example.org/{i}</cite></div>" for i in range(6))
    return g.head() + f"""<body><header><form><input name=q></form>{g.nav()}</header><div id=main><h1>{g.title}</h1><div class=search-results>{items}</div><div class=pager><a href=#>1</a> <a href=#>2</a></div></div>{g.foot()}</body>"""


def shop_category(g):
    name = lambda: g.draw.choice(SMALL_WORDS).title() + f" {g.draw.randint(10, 99)}"
    items = "".join(f"<li class='product type-product'><a href=/{i}><img src=x><h2 class=product__title>«{name()}»</h2><span class=price>«{g.draw.randint(10, 900)} EUR»</span></a><a class=button href=#>Add to cart</a></li>" for i in range(12))
    return g.head("<meta property='og:type' content='product.group'>") + f"""<body class=woocommerce><header>{g.nav()}</header><main id=main><h1>{g.title}</h1><div class=term-description><p>«{g.s(3)}»</p></div><ul class=products>{items}</ul></main><aside class=sidebar><h3>Filter</h3><ul><li><a href=#>Red (3)</a></li><li><a href=#>Blue (5)</a></li></ul></aside>{g.foot()}{g.cookie()}</body>"""


def collection(g):
    items = "".join(f"<div class=grid__item><div class=card><h3 class=card__heading><a href=/{i}>«{g.draw.choice(SMALL_WORDS)} {i} for clinics»</a></h3><p class=card__text>«{g.s()}»</p><div class=price>«{g.draw.randint(10, 900)}.00 kr»</div></div></div>" for i in range(9))
    return g.head() + f"""<body><div class=announcement-bar>Free shipping over 500 kr</div><header class=header>{g.nav()}</header><main id=MainContent><div class=collection-hero><h1>{g.title}</h1><div class=collection-hero__description>«{g.s(2)}»</div></div><div id=ProductGridContainer>{items}</div></main>{g.foot()}</body>"""


def grid(g):
    items = "".join(f"<li><a href=/{i}><img src=x></a><a class=name href=/{i}>«{g.draw.choice(SMALL_WORDS)} {g.draw.randint(10, 99)}»</a></li>" for i in range(16))
    return g.head() + f"""<body><header>{g.nav()}</header><main><h1>{g.title}</h1><p>«{g.s()}»</p><ul class=tiles>{items}</ul></main>{g.foot()}{g.cookie()}</body>"""


def shopify(g):
    return g.head("<meta property='og:type' content=product>" + g.ld(**{"@type": "Product", "name": g.title})) + f"""<body><header>{g.nav()}</header><main id=MainContent><div class=product><div class=product__media><img src=x></div><div class=product__info-wrapper><h1 class=product__title>{g.title}</h1><div class=price>«499 kr»</div><form><button>Add to cart</button></form>
<div class="product__description rte">{g.p(3)}<ul><li>«{g.s()}»</li><li>«{g.s()}»</li></ul></div></div></div><section class=product-recommendations><h2>You may also like</h2><ul>{"".join(f"<li><a href=#>{w} 2</a> <span>99 kr</span></li>" for w in SMALL_WORDS[:4])}</ul></section></main>{g.foot()}{g.cookie()}</body>"""


def woocommerce(g):
    return g.head(g.ld(**{"@graph": [{"@type": "Product", "name": g.title}]})) + f"""<body class="single-product"><header>{g.nav()}</header><nav class=woocommerce-breadcrumb><a href=/>Home</a></nav><div id=product-1 class="product type-product"><div class="summary entry-summary"><h1 class=product_title>{g.title}</h1><p class=price>«1 299 kr»</p><div class=woocommerce-product-details__short-description><p>«{g.s(2)}»</p></div><div class=product_meta>SKU: 123 Category: <a href=#>Monitors</a></div></div>
<div class="woocommerce-tabs"><ul class=tabs role=tablist><li><a href=#d>Description</a></li><li><a href=#r>Reviews (2)</a></li></ul><div class="woocommerce-Tabs-panel panel" role=tabpanel id=tab-description><h2>«Description»</h2>{g.p(3)}</div><div class="panel" role=tabpanel style="display: none" id=tab-spec><table><tr><th>«Weight»</th><td>«{g.draw.randint(1, 40)} kg»</td></tr><tr><th>«Battery»</th><td>«12 hours»</td></tr></table></div><div id=reviews class="panel woocommerce-Reviews"><h2>Reviews</h2><p>{g.s(2)}</p></div></div>
<section class="related products"><h2>Related products</h2><ul><li><a href=#>Scale 3</a></li><li><a href=#>Cuff 8</a></li></ul></section></div>{g.foot()}</body>"""


def sphinx(g):
    section = lambda name: f"<section id='{name}'><h2>«{name.replace('-', ' ').title()}»<a class=headerlink href=#>¶</a></h2>{g.p(2)}<div class='highlight-python notranslate'><div class=highlight><pre>«record = client.read('{name}')\nprint(record.text)»</pre></div></div></section>"
    return g.head(generator="Docutils 0.20") + f"""<body><div class=related role=navigation><h3>Navigation</h3><ul><li><a href=#>next</a></li><li><a href=#>index</a></li></ul></div><div class=document><div class=documentwrapper><div class=bodywrapper><div class=body role=main><section id=sharing-records><h1>{g.title}<a class=headerlink href=#>¶</a></h1><p>«{g.s(2)}»</p>
<div class="admonition note"><p class=admonition-title>«Note»</p><p>«{g.s()}»</p></div>{section('searching')}{section('sharing-with-others')}{section('login')}<dl class="py function"><dt>«client.read(name)»</dt><dd>«{g.s()}»</dd></dl></section></div></div></div><div class=sphinxsidebar role=navigation><h3>Table of Contents</h3><ul><li><a href=#>Searching</a></li><li><a href=#>Login</a></li></ul></div></div><div class=footer>Created using Sphinx</div></body>"""


def docusaurus(g):
    return g.head(generator="Docusaurus v3") + f"""<body class=navigation-with-keyboard><div id=__docusaurus><nav class="navbar navbar--fixed-top">{g.nav('div')}</nav><div class="main-wrapper"><div class="docsWrapper"><aside class="theme-doc-sidebar-container"><ul class=menu__list><li class=menu__list-item><a class=menu__link href=#>Intro</a></li><li><a class=menu__link href=#>Install</a></li></ul></aside>
<main class=docMainContainer><div class=container><div class=row><div class="col docItemCol"><nav class=theme-doc-breadcrumbs><ul class=breadcrumbs><li>Guides</li></ul></nav><article><div class="theme-doc-markdown markdown"><header><h1>{g.title}</h1></header>{g.p(2)}<h2 class="anchor">«Install»<a class=hash-link href=#>​</a></h2><div class="language-bash codeBlockContainer"><pre class="prism-code"><code>«npm install {g.draw.choice(SMALL_WORDS).split()[0]}-client»</code></pre><div class=buttonGroup><button>Copy</button></div></div>{g.p(1)}<div class="theme-admonition theme-admonition-tip alert alert--success"><div class=admonitionHeading>«tip»</div><div><p>«{g.s()}»</p></div></div><ol><li>«{g.s()}»</li><li>«{g.s()}»</li></ol></div><footer class=theme-doc-footer><a href=#>Edit this page</a></footer></article><nav class=pagination-nav><a href=#>Previous Intro</a><a href=#>Next Usage</a></nav></div><div class="col col--3"><div class="tableOfContents"><ul class=table-of-contents><li><a href=#>Install</a></li></ul></div></div></div></div></main></div></div>{g.foot()}</div></body>"""


def mediawiki(g):
    head = lambda name: f"<h2><span class=mw-headline id={name}>«{name}»</span><span class=mw-editsection>[<a href=#>edit</a>]</span></h2>"
    return g.head(generator="MediaWiki 1.41") + f"""<body class="mediawiki skin-vector"><div id=mw-page-base></div><div id=content class=mw-body role=main><h1 id=firstHeading class=firstHeading>{g.title}</h1><div id=bodyContent><div id=siteSub>From the wiki</div><div id=mw-content-text><div class=mw-parser-output>{g.p(2)}<div id=toc class=toc><h2>Contents</h2><ul><li><a href=#>1 History</a></li><li><a href=#>2 Use</a></li></ul></div>{head('History')}{g.p(3)}{head('Use')}{g.p(2)}<ul><li>«{g.s()}»</li></ul><table class=navbox><tr><td><a href=#>Records</a> <a href=#>Journals</a> <a href=#>Clinics</a></td></tr></table></div></div><div id=catlinks class=catlinks><a href=#>Category</a>: <a href=#>Health</a></div></div></div>
<div id=mw-navigation><h2>Navigation menu</h2><ul><li><a href=#>Main page</a></li><li><a href=#>Random article</a></li></ul></div>{g.foot('div', 'id=footer')}</body>"""


def readme(g):
    return g.head() + f"""<body class=logged-out><header class=Header>{g.nav()}</header><div class=application-main><main><div id=repository-container-header><a href=#>kim</a>/<a href=#>records</a> <ul class=UnderlineNav><li><a href=#>Code</a></li><li><a href=#>Issues 12</a></li></ul></div><div class=Layout><div class=Layout-main><table><tr><td><a href=#>src</a></td><td><a href=#>Fix tests</a></td></tr><tr><td><a href=#>README.md</a></td><td><a href=#>Update</a></td></tr></table>
<div id=readme class=Box><article class="markdown-body entry-content" itemprop=text><h1>{g.title}</h1>{g.p(2)}<h2>«Usage»</h2><pre>«records --open file.json»</pre>{g.p(2)}<ul><li>«{g.s()}»</li><li>«{g.s()}»</li></ul></article></div></div><div class=Layout-sidebar><h2>About</h2><p>{g.s()}</p><h2>Languages</h2><ul><li>Rust 98%</li></ul></div></div></main></div>{g.foot()}</body>"""


def reference(g):
    rows = "".join(f"<tr><td><code>«{w.split()[0]}_limit»</code></td><td>«{g.s()}»</td></tr>" for w in SMALL_WORDS[:6])
    return g.head() + f"""<body><div class=md-header>{g.nav('div')}</div><div class=md-container><div class="md-sidebar md-sidebar--primary">{g.nav()}</div><div class=md-content data-md-component=content><article class="md-content__inner md-typeset"><a class=md-content__button href=#>Edit</a><h1>{g.title}</h1><p>«{g.s(2)}»</p><h2>«Settings»</h2><table><thead><tr><th>«Name»</th><th>«Meaning»</th></tr></thead><tbody>{rows}</tbody></table>{g.p(1)}</article></div></div>{g.foot()}</body>"""


def contents(g):
    chapters = "".join(f"<li><a href=/{w}>«{w.title()}»</a><ul><li><a href=/{w}/1>«{g.s()[:40]}»</a></li><li><a href=/{w}/2>«Settings of the {w}»</a></li></ul></li>" for w in SMALL_WORDS)
    return g.head(generator="Docutils 0.20") + f"""<body><div class=document><div class=body role=main><section id=manual><h1>{g.title}</h1><p>«{g.s(2)}»</p><div class="toctree-wrapper compound"><ul>{chapters}</ul></div></section></div><div class=sphinxsidebar role=navigation>{g.nav('div')}</div></div>{g.foot()}</body>"""


def phpbb(g):
    posts = "".join(f"<div id=p{i} class='post has-profile bg{i % 2}'><div class=inner><dl class=postprofile><dt><a class=username href=#>member{i}</a></dt><dd>Posts: {i * 7}</dd><dd>Joined: 2019</dd></dl><div class=postbody><h3><a href=#>Re: {g.title}</a></h3><p class=author>by <a href=#>member{i}</a> » 3 Mar 2026</p><div class=content>«{g.s(3)}»</div><div class=signature>-- sent from my phone</div></div></div></div>" for i in range(6))
    return g.head() + f"""<body id=phpbb class="nojs section-viewtopic"><div id=wrap class=wrap><div id=page-header>{g.nav('div', 'class=navbar')}</div><div id=page-body class=page-body><h2 class=topic-title><a href=#>{g.title}</a></h2><div class="action-bar bar-top"><a href=#>Post Reply</a></div>{posts}<div class=jumpbox><a href=#>Jump to</a></div><div class="stat-block online-list"><p>Users browsing this forum: No registered users and 1 guest</p></div></div>{g.foot('div', 'id=page-footer')}</div></body>"""


def discourse(g):
    posts = "".join(f"<div itemprop='{'comment' if i else 'mainEntity'}' id=post_{i} class='topic-body crawler-post'><div class=crawler-post-meta><span class=creator><a href=#>user{i}</a></span> <time>March {i + 1}, 2026</time></div><div class=post itemprop=text><p>«{g.s(2)}»</p><p>«{g.s(1)}»</p></div><div class=post-likes>{i} Likes</div></div>" for i in range(5))
    return g.head(generator="Discourse 3.3") + f"""<body class=crawler><header><a href=/>Community</a></header><div id=main-outlet class=wrap role=main><div id=topic-title><h1><a href=#>{g.title}</a></h1><div class=topic-category><a href=#>Support</a></div></div><div itemscope itemtype='http://schema.org/DiscussionForumPosting'>{posts}</div><div id=related-topics class=more-topics__list><h3>Related topics</h3><table><tr><td><a href=#>{g.s()}</a></td><td>4</td></tr></table></div></div><footer>{g.nav()}</footer></body>"""


def stackexchange(g):
    post = lambda kind, i: f"<div id={kind}-{i} class={kind}><div class=post-layout><div class=votecell>{i + 3}</div><div class='{'postcell' if kind == 'question' else 'answercell'} post-layout--right'><div class='s-prose js-post-body' itemprop=text><p>«{g.s(3)}»</p><pre><code>«select text from records where id = {i}»</code></pre></div><div class=post-taglist><a href=#>sql</a></div><div class=user-info>answered Mar 3 <a href=#>user{i}</a></div></div></div></div>"
    return g.head() + f"""<body class="question-page"><header class=s-topbar>{g.nav()}</header><div class=container><div id=left-sidebar>{g.nav('div')}</div><div id=content itemscope itemtype='https://schema.org/QAPage'><div id=question-header><h1><a href=#>{g.title}</a></h1></div><div id=mainbar>{post('question', 0)}<div id=answers><h2>3 Answers</h2>{post('answer', 1)}{post('answer', 2)}{post('answer', 3)}</div></div><div id=sidebar>{g.related("<div class=module sidebar-related>", "</div>")}</div></div></div>{g.foot()}</body>"""


def old_forum(g):
    posts = "".join(f"<table class=tborder id=post{i}><tr><td class=thead>03-03-2026, 10:0{i}</td></tr><tr><td class=alt2 width=175><a class=bigusername href=#>member{i}</a><div>Senior Member</div></td><td class=alt1 id=td_post_{i}><div id=post_message_{i}>«{g.s(2)}»<br><br>«{g.s(1)}»</div></td></tr></table>" for i in range(5))
    return g.head(generator="vBulletin 3.8") + f"""<body><div align=center><div class=page>{g.nav('div')}<table><tr><td class=navbar><a href=#>Forum</a> &gt; <strong>{g.title}</strong></td></tr></table><div id=posts>{posts}</div><table><tr><td class=thead>Similar Threads</td></tr><tr><td><a href=#>{g.s()}</a></td></tr></table></div></div>{g.foot('div', 'class=smallfont')}</body>"""


def landing(g):
    features = "".join(f"<div class='elementor-widget feature'><h3>«{g.s()}»</h3><p>«{g.s(2)}»</p></div>" for _ in range(4))
    return g.head("<meta property='og:type' content=website>") + f"""<body class="page elementor-page"><header class=site-header>{g.nav()}</header><div class="elementor elementor-1"><section class="hero banner"><h1>{g.title}</h1><p>«{g.s(2)}»</p><a class=btn href=#>Book a demo</a></section><section class=features><h2>«Why us»</h2>{features}</section><section class=testimonials><blockquote>«{g.s(2)}»</blockquote></section><section class=steps><h2>«How it works»</h2><ol><li>«{g.s()}»</li><li>«{g.s()}»</li></ol></section><section class=text>{g.p(2)}</section></div>{g.foot()}{g.cookie()}</body>"""


def municipal(g):
    return g.head() + f"""<body>{g.cookie()}<header>{g.nav()}</header><nav class=breadcrumb aria-label=Brödsmulor><a href=/>Start</a></nav><div class=page><nav class=left-menu><ul><li><a href=#>Avgifter</a></li><li><a href=#>Ansök</a></li></ul></nav><main><h1>{g.title}</h1><p class=ingress>«{g.s(2)}»</p><h2>«Så ansöker du»</h2>{g.p(1)}<ul><li>«{g.s()}»</li><li>«{g.s()}»</li></ul><a class=button href=#>Ansök här</a><h2>«Avgifter»</h2><table><tr><td>«Besök»</td><td>«200 kronor»</td></tr></table><div class=contact-box><h2>«Kontakt»</h2><p>«Kundcenter, telefon 08-12 34 56, öppet vardagar 8 till 16.»</p></div><div class=feedback><p>Hittade du det du sökte? <button>Ja</button> <button>Nej</button></p></div></main></div>{g.foot()}</body>"""


def faq(g):
    items = "".join(f"<div class=accordion-item><h3 class=accordion-header><button class=accordion-button aria-expanded=false>«{g.s()}»</button></h3><div class='accordion-collapse collapse' hidden><div class=accordion-body>«{g.s(2)}»</div></div></div>" for _ in range(6))
    return g.head(g.ld(**{"@type": "FAQPage"})) + f"""<body><header>{g.nav()}</header><main><div class=hero><h1>{g.title}</h1><p>«{g.s()}»</p></div><section class=faq-section><div class=accordion>{items}</div></section></main>{g.foot()}{g.cookie()}</body>"""


def clinic(g):
    blocks = "".join(f"<div class=row><div class=col-6><h2>«{g.s()}»</h2><p>«{g.s(3)}»</p><a href=# class=link>{g.words['more']}</a></div><div class=col-6><img src=x></div></div>" for _ in range(4))
    return g.head() + f"""<body><div class=topnav>{g.nav('div')}</div><div class=hero-image><h1>{g.title}</h1></div><div class=container>{blocks}</div><div class=container><div class=cta><h3>«{g.s()}»</h3></div></div>{g.foot('div', 'class=page-footer')}</body>"""


KINDS = {
    "article": [wordpress, drupal, sitevision, optimizely, news, hashed, substack, medium, amp, breaks, tables, divs, liveblog, paywall, press],
    "documentation": [sphinx, docusaurus, mediawiki, readme, reference, contents],
    "forum": [phpbb, discourse, stackexchange, old_forum],
    "collection": [shop_category, collection, grid],
    "listing": [bloglist, agency_list, cards, results],
    "product": [shopify, woocommerce],
    "service": [landing, municipal, faq, clinic],
}


def pages():
    """Each template twice: (name, kind, HTML, main text)."""
    for kind, templates in KINDS.items():
        for template in templates:
            for seed, language in ((1, "sv"), (2, "en"), (3, "nb"))[:2 if kind == "article" else 3]:
                marked = template(Page(f"{template.__name__}{seed}", language))
                pieces = re.findall("«(.*?)»", marked, re.S)
                text = "\n".join(html.unescape(re.sub("<[^>]+>", " ", piece)) for piece in pieces)
                yield f"{template.__name__}-{language}", kind, re.sub("<!--«.*?»-->|[«»]", "", marked, flags=re.S), text
