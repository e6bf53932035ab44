//! How far probabilities can be believed, as a picture: of the links shown at each tenth of probability, the share that is right.

use std::fmt::Write as _;

/// The side of the diagram in pixels.
const SIDE: f64 = 320.0;
const LEFT: f64 = 50.0;
const TOP: f64 = 20.0;
/// A tenth with fewer links than this says little and is drawn pale.
const FEW: usize = 20;

/// Returns an SVG picture of links, right ones and sum of probabilities by tenth of probability.
pub(super) fn diagram(tenths: &[(usize, usize, f64); 10]) -> String {
    let (x, y) = (|p: f64| LEFT + SIDE * p, |p: f64| TOP + SIDE * (1.0 - p));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{0}\" viewBox=\"0 0 {0} {0}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Share of right links by the probability shown</title>\n\
         <rect width=\"{0}\" height=\"{0}\" fill=\"#fff\"/>\n\
         <rect x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" stroke=\"#999\"/>\n\
         <line x1=\"{1}\" y1=\"{2}\" x2=\"{3}\" y2=\"{4}\" stroke=\"#999\" stroke-dasharray=\"4\"/>\n",
        SIDE + 80.0,
        x(0.0),
        y(0.0),
        x(1.0),
        y(1.0)
    );
    for step in 0..=5 {
        let p = f64::from(step) / 5.0;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{p:.1}</text><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{p:.1}</text>",
            x(p),
            TOP + SIDE + 16.0,
            LEFT - 6.0,
            y(p) + 4.0
        );
    }
    for &(links, right, sum) in tenths.iter().filter(|tenth| tenth.0 > 0) {
        let (shown, share) = (sum / links as f64, right as f64 / links as f64);
        let colour = if links < FEW { "#9bd" } else { "#06c" };
        let (right_of, above) = if shown > 0.9 {
            (-8.0, "end")
        } else {
            (8.0, "start")
        };
        let _ = writeln!(
            svg,
            "<circle cx=\"{0:.1}\" cy=\"{1:.1}\" r=\"4\" fill=\"{colour}\"/><text x=\"{2:.1}\" y=\"{3:.1}\" text-anchor=\"{above}\" fill=\"#555\">{links}</text>",
            x(shown),
            y(share),
            x(shown) + right_of,
            y(share) + 12.0
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">probability shown</text>\n\
         <text transform=\"translate(14 {}) rotate(-90)\" text-anchor=\"middle\">share of right links</text>\n</svg>",
        LEFT + SIDE / 2.0,
        TOP + SIDE + 36.0,
        TOP + SIDE / 2.0
    );
    svg
}
