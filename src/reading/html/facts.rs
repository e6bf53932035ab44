//! What a page says about itself: title, date, language, address, publisher, other language versions.
//!
//! The rule: what is written for machines goes before what is written for people, and a fact that is not there is absent.

use std::sync::LazyLock;

use dom_query::Document;
use jiff::civil::Date;
use regex::Regex;

use crate::model::Lang;
use crate::reading::dates;
use crate::reading::draft::Facts;
use crate::text::{fold, normalise};

/// Reads the facts of a page.
pub(super) fn read(page: &Document) -> Facts {
    let site = content(
        page,
        &[
            "meta[property='og:site_name']",
            "meta[name='application-name']",
        ],
    );
    let address = address(page);
    let publisher = site
        .clone()
        .or_else(|| address.as_deref().and_then(host).map(str::to_owned));
    Facts {
        title: title(page, site.as_deref()),
        date: date(page),
        lang: lang(page),
        alternates: alternates(page),
        address,
        publisher,
    }
}

/// The first of these elements' `content` that is not blank.
fn content(page: &Document, selectors: &[&str]) -> Option<String> {
    attribute(page, selectors, "content").next()
}

/// This attribute of all elements that the selectors find, in the order of the selectors, where it is not blank.
fn attribute<'a>(
    page: &'a Document,
    selectors: &'a [&str],
    name: &'a str,
) -> impl Iterator<Item = String> + 'a {
    selectors.iter().flat_map(move |selector| {
        let values: Vec<String> = page
            .select(selector)
            .iter()
            .filter_map(|element| element.attr(name))
            .map(|value| normalise(&value))
            .filter(|value| !value.is_empty())
            .collect();
        values
    })
}

fn is_absolute(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}

fn address(page: &Document) -> Option<String> {
    let canonical = attribute(page, &["link[rel~='canonical']"], "href");
    let stated = attribute(
        page,
        &["meta[property='og:url']", "meta[itemprop='url']"],
        "content",
    );
    canonical.chain(stated).find(|address| is_absolute(address))
}

fn host(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then_some(host)
}

/// The language as the page declares it, without a region: releases differ in language, not in country.
fn lang(page: &Document) -> Option<Lang> {
    let tag = attribute(page, &["html[lang]"], "lang")
        .chain(attribute(page, &["html"], "xml:lang"))
        .chain(attribute(
            page,
            &[
                "meta[http-equiv='content-language' i]",
                "meta[itemprop='inLanguage']",
                "meta[property='og:locale']",
            ],
            "content",
        ))
        .find_map(|tag| Lang::new(&tag).ok())?;
    let kept: Vec<&str> = tag
        .as_str()
        .split('-')
        .enumerate()
        .filter(|(position, subtag)| {
            *position == 0 || subtag.len() == 4 && subtag.bytes().all(|b| b.is_ascii_alphabetic())
        })
        .map(|(_, subtag)| subtag)
        .collect();
    Lang::new(&kept.join("-")).ok()
}

fn alternates(page: &Document) -> Vec<(Lang, String)> {
    let mut found: Vec<(Lang, String)> = Vec::new();
    for element in page
        .select("link[rel~='alternate'][hreflang], a[rel~='alternate'][hreflang]")
        .iter()
    {
        let (Some(tag), Some(address)) = (element.attr("hreflang"), element.attr("href")) else {
            continue;
        };
        let address = normalise(&address);
        // `x-default` names no language.
        let Some(lang) = Lang::new(&tag).ok().filter(|lang| lang.primary() != "x") else {
            continue;
        };
        if is_absolute(&address) && found.iter().all(|(known, _)| *known != lang) {
            found.push((lang, address));
        }
    }
    found
}

fn date(page: &Document) -> Option<Date> {
    static LINKED_DATA: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#""datePublished"\s*:\s*"([^"]+)""#).ok());
    let metas = attribute(
        page,
        &[
            "meta[property='article:published_time']",
            "meta[itemprop='datePublished']",
            "meta[name='dc.date' i]",
            "meta[name='dcterms.date' i]",
            "meta[name='dc.date.issued' i]",
            "meta[name='date' i]",
            "meta[name='pubdate' i]",
        ],
        "content",
    );
    if let Some(date) = metas.filter_map(|text| dates::find(&text)).next() {
        return Some(date);
    }
    let of_linked_data = page
        .select("script[type='application/ld+json']")
        .iter()
        .find_map(|script| {
            let text = script.text();
            dates::find(LINKED_DATA.as_ref()?.captures(&text)?.get(1)?.as_str())
        });
    let of_elements = || {
        attribute(
            page,
            &[
                "[itemprop='datePublished'][datetime]",
                "article time[datetime]",
                "main time[datetime]",
                "h1 time[datetime]",
                "time[datetime]",
            ],
            "datetime",
        )
        .find_map(|text| dates::find(&text))
    };
    of_linked_data.or_else(of_elements).or_else(|| {
        page.select("[itemprop='datePublished']")
            .iter()
            .find_map(|element| dates::find(&element.text()))
    })
}

/// The headline: the longest main heading that the page's title repeats, else its stated title, else the only main heading, else the title without the
/// site's name.
fn title(page: &Document, site: Option<&str>) -> Option<String> {
    let headings: Vec<String> = page
        .select("h1")
        .iter()
        .map(|heading| without_stamp(&normalise(&heading.text())))
        .filter(|text| !text.is_empty())
        .collect();
    let whole = page
        .select("head title, title")
        .iter()
        .map(|title| normalise(&title.text()))
        .find(|text| !text.is_empty());
    let stated = content(
        page,
        &["meta[property='og:title']", "meta[name='twitter:title']"],
    )
    .map(|title| without_site(&title, site));
    let named = [stated.as_deref(), whole.as_deref()].map(|title| fold(title.unwrap_or_default()));
    let repeated = headings
        .iter()
        .filter(|heading| named.iter().any(|title| title.contains(&fold(heading))))
        .max_by_key(|heading| heading.len());
    if let Some(heading) = repeated {
        return Some(heading.clone());
    }
    let only = match headings.as_slice() {
        [only] if site.is_none_or(|site| fold(site) != fold(only)) => Some(only.clone()),
        _ => None,
    };
    stated
        .or(only)
        .or_else(|| whole.map(|title| without_site(&title, site)))
        .filter(|title| !title.is_empty())
}

fn without_stamp(heading: &str) -> String {
    let after = dates::stamp(heading).map_or(0, |stamp| stamp.end);
    heading[after..]
        .trim_start_matches(['|', '•', ' ', ','])
        .to_owned()
}

/// Cuts the site's name off a title: after a mark that does nothing else, or after a dash when it is the known name.
fn without_site(title: &str, site: Option<&str>) -> String {
    let mut best = title;
    for mark in [" | ", " • ", " :: ", " » ", " · "] {
        if let Some((before, _)) = best.split_once(mark) {
            best = before;
        }
    }
    if let Some(site) = site {
        for mark in [" - ", " – ", " — ", ": ", " / "] {
            if let Some((before, after)) = best.rsplit_once(mark)
                && fold(after) == fold(site)
            {
                best = before;
            }
        }
    }
    best.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(head: &str, body: &str) -> Facts {
        let source = format!("<html><head>{head}</head><body>{body}</body></html>");
        read(&Document::from(source.as_str()))
    }

    #[test]
    fn the_date_is_found_wherever_pages_write_it() {
        let expected = Date::new(2025, 11, 20).ok();
        for (head, body) in [
            (
                "<meta property='article:published_time' content='2025-11-20T18:10:00+03:00'>",
                "<time datetime='2020-01-01'>x</time>",
            ),
            ("", "<time datetime='2025-11-20'>20 November</time>"),
            ("<meta name='DC.date' content='20.11.2025'>", ""),
            (
                "<script type='application/ld+json'>{\"@type\":\"NewsArticle\", \"datePublished\": \"2025-11-20T10:00Z\"}</script>",
                "",
            ),
            (
                "",
                "<span itemprop='datePublished'>20 лістапада 2025 года</span>",
            ),
        ] {
            assert_eq!(facts(head, body).date, expected, "{head}{body}");
        }
    }

    #[test]
    fn the_address_is_canonical_and_absolute() {
        let head = "<link rel=canonical href='62.html'><meta property='og:url' content='https://www.mfa.example.org/news/62'>";
        let found = facts(head, "");
        assert_eq!(
            found.address.as_deref(),
            Some("https://www.mfa.example.org/news/62")
        );
        assert_eq!(found.publisher.as_deref(), Some("mfa.example.org"));
    }

    #[test]
    fn other_languages_are_named_once_each() {
        let head = "<link rel=alternate hreflang=ru href='https://a.example.org/ru'><link rel=alternate hreflang=x-default href='https://a.example.org'>\
                    <link rel=alternate hreflang=be href='/be'><link rel='alternate' hreflang=ru href='https://b.example.org'>";
        let found = facts(head, "");
        assert_eq!(
            found.alternates,
            [(
                Lang::new("ru").unwrap(),
                "https://a.example.org/ru".to_owned()
            )]
        );
    }

    #[test]
    fn the_title_loses_the_name_of_the_site() {
        for (head, body) in [
            ("<title>A visit | The Ministry</title>", ""),
            ("<title>The Ministry: A visit</title>", "<h1>A visit</h1>"),
            (
                "<title>A visit - The Ministry</title><meta property='og:site_name' content='The Ministry'>",
                "",
            ),
            (
                "<title>x</title><meta property='og:title' content='A visit'>",
                "<h1>One</h1><h1>Two</h1>",
            ),
            (
                "<title>A visit :: News</title>",
                "<h1><span>20.11.2025</span>A visit</h1>",
            ),
        ] {
            assert_eq!(
                facts(head, body).title.as_deref(),
                Some("A visit"),
                "{head}{body}"
            );
        }
    }

    #[test]
    fn the_language_is_declared_in_several_ways() {
        for (tag, head) in [
            ("be", "<meta http-equiv='Content-Language' content='be-BY'>"),
            ("ru", "<meta property='og:locale' content='ru_RU'>"),
        ] {
            assert_eq!(
                facts(head, "")
                    .lang
                    .map(|lang| lang.as_str().to_owned())
                    .as_deref(),
                Some(tag)
            );
        }
    }
}
