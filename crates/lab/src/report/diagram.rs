//! The path diagram as SVG, once from left to right for wide screens and print, once from top to
//! bottom for phones.

use super::effects;
use super::findings::Findings;
use super::layout::{Layout, Slot, layers};
use super::page::escape;
use super::sheet::{LEVEL, share};
use crate::instrument::Language;

/// A path as drawn.
struct Edge {
    ends: (usize, usize),
    size: f64,
    significant: bool,
}

/// A construct as drawn.
struct Node {
    name: String,
    explained: Option<f64>,
}

/// Measures of one direction of drawing.
struct Form {
    down: bool,
    /// Width and height of a box.
    node: (f64, f64),
    /// Room between layers.
    layer_gap: f64,
    /// Room between slots of a layer.
    slot_gap: f64,
    /// Room of a bend across.
    bend: f64,
    font: f64,
}

const WIDE: Form = Form {
    down: false,
    node: (136.0, 56.0),
    layer_gap: 84.0,
    slot_gap: 34.0,
    bend: 18.0,
    font: 14.0,
};
const TALL: Form = Form {
    down: true,
    node: (98.0, 54.0),
    layer_gap: 74.0,
    slot_gap: 12.0,
    bend: 10.0,
    font: 13.0,
};

type Point = (f64, f64);

/// Both drawings; the page's style shows the one that fits.
pub(super) fn diagram(findings: &Findings) -> String {
    let latent = &findings.fit.table.roles.latent;
    let place = |name: &str| latent.iter().position(|known| known == name).unwrap_or(0);
    let lines = findings.fit.estimates();
    let edges: Vec<Edge> = effects::paths(&findings.fit)
        .into_iter()
        .map(|(from, to, row)| Edge {
            ends: (place(&from), place(&to)),
            size: lines[row].std_all,
            significant: lines[row].p < LEVEL,
        })
        .collect();
    let explained = findings.fit.explained(0);
    let nodes: Vec<Node> = latent
        .iter()
        .map(|code| Node {
            name: findings.name(code),
            explained: explained.iter().find(|(name, _)| name == code).map(|(_, r2)| *r2),
        })
        .collect();
    let language = findings.request.language;
    let marked = !findings.warnings.is_empty();
    let ends: Vec<(usize, usize)> = edges.iter().map(|edge| edge.ends).collect();
    let layout = layers(nodes.len(), &ends);
    let draw = |form: &Form, class: &str, id: &str| {
        Drawing { nodes: &nodes, edges: &edges, layout: &layout, form, language, marked }
            .svg(class, id)
    };
    draw(&WIDE, "diagram wide", "pd-wide") + &draw(&TALL, "diagram tall", "pd-tall")
}

struct Drawing<'d> {
    nodes: &'d [Node],
    edges: &'d [Edge],
    layout: &'d Layout,
    form: &'d Form,
    language: Language,
    marked: bool,
}

impl Drawing<'_> {
    fn svg(&self, class: &str, id: &str) -> String {
        let (centres, width, height) = self.centres();
        let mut lines = String::new();
        let mut labels = String::new();
        let mut taken: Vec<(Point, Point)> = Vec::new();
        for (layer, slots) in self.layout.layers.iter().enumerate() {
            for (at, slot) in slots.iter().enumerate() {
                if matches!(slot, Slot::Node(_)) {
                    let (w, h) = self.form.node;
                    taken.push((centres[layer][at], (w / 2.0, h / 2.0)));
                }
            }
        }
        for (number, edge) in self.edges.iter().enumerate() {
            let points = self.points(number, edge, &centres);
            lines.push_str(&self.line(edge, &points, id));
            labels.push_str(&self.label(edge, &points, &mut taken));
        }
        let boxes = self.boxes(&centres);
        format!(
            "<svg class=\"{class}\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" \
             aria-labelledby=\"{id}-t {id}-d\" style=\"max-width:{width:.0}px\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>\
             <defs>{}{}</defs>{lines}{boxes}{labels}</svg>",
            self.language.pick("Path diagram", "路径图"),
            escape(&self.described()),
            arrow(id, "pos"),
            arrow(id, "neg"),
        )
    }

    /// The picture in words.
    fn described(&self) -> String {
        let sentence = |edge: &Edge| {
            let (from, to) = (&self.nodes[edge.ends.0].name, &self.nodes[edge.ends.1].name);
            let doubt = if edge.significant {
                ""
            } else {
                self.language.pick(" (not told from zero)", "（与零无显著差别）")
            };
            let arrow = self.language.pick("to", "到");
            format!("{from} {arrow} {to}: {}{doubt}", share(edge.size))
        };
        self.edges.iter().map(sentence).collect::<Vec<_>>().join("; ")
    }

    /// Centres of all slots, and the size of the picture.
    fn centres(&self) -> (Vec<Vec<Point>>, f64, f64) {
        let form = self.form;
        let (along, across) =
            if form.down { (form.node.1, form.node.0) } else { (form.node.0, form.node.1) };
        let room = |slot: &Slot| if matches!(slot, Slot::Node(_)) { across } else { form.bend };
        let length = |slots: &Vec<Slot>| {
            slots.iter().map(room).sum::<f64>()
                + form.slot_gap * slots.len().saturating_sub(1) as f64
        };
        let longest = self.layout.layers.iter().map(length).fold(0.0, f64::max);
        // Coefficients of outer paths stand half beside their line.
        let margin = 28.0;
        let mut centres = Vec::new();
        for (layer, slots) in self.layout.layers.iter().enumerate() {
            let start = margin + (longest - length(slots)) / 2.0;
            let main = margin + along / 2.0 + layer as f64 * (along + form.layer_gap);
            let mut cross = start;
            let mut of_layer = Vec::new();
            for slot in slots {
                let centre = cross + room(slot) / 2.0;
                of_layer.push(if form.down { (centre, main) } else { (main, centre) });
                cross += room(slot) + form.slot_gap;
            }
            centres.push(of_layer);
        }
        let depth = self.layout.layers.len() as f64;
        let extent = 2.0 * margin + depth * along + (depth - 1.0) * form.layer_gap;
        let span = longest + 2.0 * margin;
        if form.down { (centres, span, extent) } else { (centres, extent, span) }
    }

    /// The points a path passes: the border of its start, its bends, the border of its end.
    fn points(&self, number: usize, edge: &Edge, centres: &[Vec<Point>]) -> Vec<Point> {
        let route = self.layout.route(number, edge.ends);
        let mut points: Vec<Point> = route.iter().map(|&(l, p)| centres[l][p]).collect();
        let (w, h) = self.form.node;
        let count = points.len();
        // The arrow needs a little room before the box.
        if self.form.down {
            points[0].1 += h / 2.0;
            points[count - 1].1 -= h / 2.0 + 7.0;
        } else {
            points[0].0 += w / 2.0;
            points[count - 1].0 -= w / 2.0 + 7.0;
        }
        // Paths that leave or reach one box side by side are spread along its border.
        let (out_at, out_of) = self.rank(number, |e| e.ends.0 == edge.ends.0, centres, true);
        let (in_at, in_of) = self.rank(number, |e| e.ends.1 == edge.ends.1, centres, false);
        let side = if self.form.down { w } else { h };
        let spread = |at: usize, of: usize| ((at as f64 + 0.5) / of as f64 - 0.5) * side * 0.7;
        let (first, last) = (spread(out_at, out_of), spread(in_at, in_of));
        if self.form.down {
            points[0].0 += first;
            points[count - 1].0 += last;
        } else {
            points[0].1 += first;
            points[count - 1].1 += last;
        }
        points
    }

    /// Place of a path among those that share an end, ordered by where they go.
    fn rank(
        &self,
        number: usize,
        shares: impl Fn(&Edge) -> bool,
        centres: &[Vec<Point>],
        outward: bool,
    ) -> (usize, usize) {
        let next = |at: usize| {
            let route = self.layout.route(at, self.edges[at].ends);
            let (layer, place) = if outward { route[1] } else { route[route.len() - 2] };
            let centre = centres[layer][place];
            if self.form.down { centre.0 } else { centre.1 }
        };
        let mut sharing: Vec<usize> =
            (0..self.edges.len()).filter(|&at| shares(&self.edges[at])).collect();
        sharing.sort_by(|&a, &b| next(a).total_cmp(&next(b)));
        (sharing.iter().position(|&at| at == number).unwrap_or(0), sharing.len())
    }

    fn line(&self, edge: &Edge, points: &[Point], id: &str) -> String {
        let mut path = format!("M{:.1} {:.1}", points[0].0, points[0].1);
        for pair in points.windows(2) {
            let [a, b, c] = self.controls(pair[0], pair[1]);
            path.push_str(&format!(
                "C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
                a.0, a.1, b.0, b.1, c.0, c.1
            ));
        }
        let class = if edge.size < 0.0 { "neg" } else { "pos" };
        let dash = if edge.significant { "" } else { " stroke-dasharray=\"5 5\"" };
        format!(
            "<path class=\"{class}\" d=\"{path}\" stroke-width=\"{:.1}\" \
             marker-end=\"url(#{id}-{class})\"{dash}/>",
            1.2 + 5.0 * edge.size.abs().min(1.0)
        )
    }

    fn controls(&self, a: Point, b: Point) -> [Point; 3] {
        if self.form.down {
            let half = (b.1 - a.1) / 2.0;
            [(a.0, a.1 + half), (b.0, b.1 - half), b]
        } else {
            let half = (b.0 - a.0) / 2.0;
            [(a.0 + half, a.1), (b.0 - half, b.1), b]
        }
    }

    /// A point of the whole path, `share` of its pieces along.
    fn along(&self, points: &[Point], share: f64) -> Point {
        let pieces = points.len() - 1;
        let place = share * pieces as f64;
        let piece = (place.floor() as usize).min(pieces - 1);
        let t = place - piece as f64;
        let start = points[piece];
        let [a, b, end] = self.controls(start, points[piece + 1]);
        let mix = |f: fn(Point) -> f64| {
            let u = 1.0 - t;
            u.powi(3) * f(start)
                + 3.0 * u * u * t * f(a)
                + 3.0 * u * t * t * f(b)
                + t.powi(3) * f(end)
        };
        (mix(|p| p.0), mix(|p| p.1))
    }

    /// The coefficient where it covers neither a box nor another coefficient.
    fn label(&self, edge: &Edge, points: &[Point], taken: &mut Vec<(Point, Point)>) -> String {
        let mark = if self.marked { " ⚠" } else { "" };
        let text = format!("{}{mark}", share(edge.size));
        let half =
            (text.chars().count() as f64 * self.form.font * 0.31 + 2.0, self.form.font * 0.6);
        let free = |p: Point, taken: &[(Point, Point)]| {
            taken
                .iter()
                .all(|(c, h)| (p.0 - c.0).abs() > half.0 + h.0 || (p.1 - c.1).abs() > half.1 + h.1)
        };
        let places = (0..=36).map(|step| {
            // From the middle outwards, alternating sides.
            let away = f64::from((step + 1) / 2) / 40.0;
            0.5 + if step % 2 == 0 { away } else { -away }
        });
        let points: Vec<Point> = places.map(|share| self.along(points, share)).collect();
        let at = points.iter().find(|p| free(**p, taken)).or(points.first());
        let at = at.copied().unwrap_or_default();
        taken.push((at, half));
        format!(
            "<text class=\"beta\" x=\"{:.1}\" y=\"{:.1}\" font-size=\"{}\">{text}</text>",
            at.0,
            at.1 + self.form.font * 0.35,
            self.form.font
        )
    }

    fn boxes(&self, centres: &[Vec<Point>]) -> String {
        let (w, h) = self.form.node;
        let mut out = String::new();
        for (layer, slots) in self.layout.layers.iter().enumerate() {
            for (at, slot) in slots.iter().enumerate() {
                let Slot::Node(number) = slot else { continue };
                let (x, y) = centres[layer][at];
                let node = &self.nodes[*number];
                out.push_str(&format!(
                    "<rect class=\"node\" x=\"{:.1}\" y=\"{:.1}\" width=\"{w}\" height=\"{h}\" \
                     rx=\"10\"/>",
                    x - w / 2.0,
                    y - h / 2.0
                ));
                let mut lines: Vec<(String, &str)> =
                    wrapped(&node.name, w / (self.form.font * 0.62))
                        .into_iter()
                        .map(|line| (line, "name"))
                        .collect();
                if let Some(r2) = node.explained {
                    let mark = if self.marked { " ⚠" } else { "" };
                    lines.push((format!("R² = {}{mark}", share(r2)), "r2"));
                }
                let step = self.form.font * 1.15;
                let top = y - step * (lines.len() as f64 - 1.0) / 2.0 + self.form.font * 0.35;
                for (row, (line, class)) in lines.iter().enumerate() {
                    out.push_str(&format!(
                        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" \
                         font-size=\"{}\">{}</text>",
                        top + step * row as f64,
                        if *class == "r2" { self.form.font - 2.0 } else { self.form.font },
                        escape(line)
                    ));
                }
            }
        }
        out
    }
}

fn arrow(id: &str, class: &str) -> String {
    format!(
        "<marker id=\"{id}-{class}\" class=\"{class}\" viewBox=\"0 0 10 10\" refX=\"4\" refY=\"5\" \
         markerWidth=\"11\" markerHeight=\"11\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">\
         <path d=\"M0 0L10 5L0 10z\"/></marker>"
    )
}

/// A character of the CJK blocks takes twice the width of a Latin one.
pub(super) fn width_of(text: &str) -> f64 {
    text.chars().map(|c| if c as u32 >= 0x2e80 { 1.8 } else { 1.0 }).sum()
}

/// At most two lines of about `room` Latin characters, broken at a blank.
fn wrapped(text: &str, room: f64) -> Vec<String> {
    if width_of(text) <= room {
        return vec![text.to_owned()];
    }
    let middle = text.len() / 2;
    let blank = text
        .char_indices()
        .filter(|(_, c)| *c == ' ')
        .map(|(at, _)| at)
        .min_by_key(|at| at.abs_diff(middle));
    match blank {
        Some(at) => vec![text[..at].to_owned(), text[at + 1..].to_owned()],
        None => vec![text.to_owned()],
    }
}
