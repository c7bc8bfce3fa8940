//! Dot-and-whisker ranking and the importance-performance map, as SVG.

use super::diagram::width_of;
use super::findings::Findings;
use super::page::escape;
use super::sheet::share;

/// Width of both pictures in their own units; small enough to be read on a phone.
const WIDTH: f64 = 400.0;

/// Standardised total effects with their intervals, the greatest on top.
pub(super) fn ranking(findings: &Findings) -> String {
    let effects = &findings.effects;
    let say = |english, chinese| findings.request.language.pick(english, chinese);
    let ends = effects.iter().flat_map(|e| [e.interval.0, e.interval.1, e.total, 0.0]);
    let low = ends.clone().filter(|v| v.is_finite()).fold(0.0_f64, f64::min);
    let high = ends.filter(|v| v.is_finite()).fold(0.0_f64, f64::max);
    // Ticks at tenths, with room beyond the farthest whisker.
    let step = if high - low > 1.2 {
        0.4
    } else if high - low > 0.6 {
        0.2
    } else {
        0.1
    };
    let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
    let (left, right, row) = (14.0, WIDTH - 14.0, 46.0);
    let x = |value: f64| left + (value - low) / (high - low) * (right - left);
    let height = row * effects.len() as f64 + 34.0;
    let bottom = height - 28.0;
    let mut svg = format!(
        "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-labelledby=\"rk-t rk-d\">\
         <title id=\"rk-t\">{}</title><desc id=\"rk-d\">{}</desc>",
        say("Ranking of the critical elements", "关键要素排序"),
        escape(&described(findings)),
    );
    for tick in 0..=((high - low) / step).round() as usize {
        let value = low + step * tick as f64;
        let class = if value.abs() < 1e-9 { "zero" } else { "grid" };
        svg.push_str(&format!(
            "<line class=\"{class}\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"4\" y2=\"{bottom}\"/>\
             <text class=\"tick\" x=\"{0:.1}\" y=\"{1}\">{2}</text>",
            x(value),
            height - 10.0,
            format!("{value:.1}").replace("-0.0", "0.0").replace('-', "−"),
        ));
    }
    let mark = if findings.warnings.is_empty() { "" } else { " ⚠" };
    for (place, effect) in effects.iter().enumerate() {
        let y = 34.0 + row * place as f64;
        let class = if effect.total < 0.0 { "neg" } else { "pos" };
        let open = effect.interval.0 <= 0.0 && effect.interval.1 >= 0.0;
        let fill = if open { " open" } else { "" };
        if effect.interval.0.is_finite() && effect.interval.1.is_finite() {
            svg.push_str(&format!(
                "<line class=\"{class} whisker\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y}\" y2=\"{y}\"/>",
                x(effect.interval.0),
                x(effect.interval.1),
            ));
        }
        svg.push_str(&format!(
            "<circle class=\"{class} dot{fill}\" cx=\"{:.1}\" cy=\"{y}\" r=\"5.5\"/>\
             <text class=\"row\" x=\"{left}\" y=\"{1}\">{2}. {3}</text>\
             <text class=\"value\" x=\"{right}\" y=\"{1}\">{4} [{5}, {6}]{mark}</text>",
            x(effect.total),
            y - 13.0,
            place + 1,
            escape(&findings.name(&effect.construct)),
            share(effect.total),
            share(effect.interval.0),
            share(effect.interval.1),
        ));
    }
    svg + "</svg>"
}

fn described(findings: &Findings) -> String {
    let one = |effect: &super::effects::Effect| {
        format!(
            "{} {} [{}, {}]",
            findings.name(&effect.construct),
            share(effect.total),
            share(effect.interval.0),
            share(effect.interval.1)
        )
    };
    findings.effects.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The importance-performance map; the target itself is left out.
pub(super) fn map(
    findings: &Findings,
    importance: &[crate::pls::Importance],
    names: &[String],
) -> String {
    let say = |english, chinese| findings.request.language.pick(english, chinese);
    let target = names.iter().position(|name| *name == findings.outcome);
    let points: Vec<(String, f64, f64)> = importance
        .iter()
        .filter(|i| Some(i.construct) != target)
        .map(|i| (findings.name(&names[i.construct]), i.importance, i.performance))
        .collect();
    let range = |values: &mut dyn Iterator<Item = f64>, around: Option<f64>| {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        values.chain(around).for_each(|v| (low, high) = (low.min(v), high.max(v)));
        let room = 0.12 * (high - low).max(1e-6);
        (low - room, high + room)
    };
    let (x_low, x_high) = range(&mut points.iter().map(|p| p.1), Some(0.0));
    let (y_low, y_high) = range(&mut points.iter().map(|p| p.2), None);
    // Less than ten points would draw noise large.
    let (middle, half) = (f64::midpoint(y_low, y_high), (0.5 * (y_high - y_low)).max(5.0));
    let (y_low, y_high) = (middle - half, middle + half);
    let (left, right, top, bottom) = (46.0, WIDTH - 14.0, 12.0, 300.0);
    let x = |v: f64| left + (v - x_low) / (x_high - x_low) * (right - left);
    let y = |v: f64| bottom - (v - y_low) / (y_high - y_low) * (bottom - top);
    let words: Vec<String> =
        points.iter().map(|(name, i, p)| format!("{name}: {i:.2}, {p:.0}")).collect();
    let mut svg = format!(
        "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} 346\" role=\"img\" aria-labelledby=\"ip-t \
         ip-d\">\
         <title id=\"ip-t\">{}</title><desc id=\"ip-d\">{}</desc>",
        say("Importance-performance map", "重要性—表现图"),
        escape(&words.join("; ")),
    );
    svg.push_str(&axes((x_low, x_high), (y_low, y_high), &x, &y, (left, right, top, bottom)));
    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / points.len() as f64;
    let (mx, my) = (mean(&mut points.iter().map(|p| p.1)), mean(&mut points.iter().map(|p| p.2)));
    svg.push_str(&format!(
        "<line class=\"mean\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{top}\" y2=\"{bottom}\"/>\
         <line class=\"mean\" x1=\"{left}\" x2=\"{right}\" y1=\"{1:.1}\" y2=\"{1:.1}\"/>",
        x(mx),
        y(my)
    ));
    svg.push_str(&dots(&points, &x, &y));
    svg + &format!(
        "<text class=\"axis\" x=\"{:.0}\" y=\"340\">{}</text>\
         <text class=\"axis\" transform=\"translate(12 {:.0}) rotate(-90)\">{}</text></svg>",
        f64::midpoint(left, right),
        say("Importance (points per point)", "重要性（每一分对应的分数）"),
        f64::midpoint(top, bottom),
        say("Performance (0 to 100)", "表现（0 至 100）"),
    )
}

fn axes(
    (x_low, x_high): (f64, f64),
    (y_low, y_high): (f64, f64),
    x: &dyn Fn(f64) -> f64,
    y: &dyn Fn(f64) -> f64,
    (left, right, top, bottom): (f64, f64, f64, f64),
) -> String {
    let mut svg = String::new();
    let x_step = if x_high - x_low > 0.8 { 0.2 } else { 0.1 };
    let mut tick = (x_low / x_step).ceil();
    while tick * x_step <= x_high {
        let value = tick * x_step;
        svg.push_str(&format!(
            "<line class=\"grid\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{top}\" y2=\"{bottom}\"/>\
             <text class=\"tick\" x=\"{0:.1}\" y=\"{1}\">{2}</text>",
            x(value),
            bottom + 17.0,
            format!("{value:.1}").replace("-0.0", "0.0").replace('-', "−"),
        ));
        tick += 1.0;
    }
    let y_step = if y_high - y_low > 40.0 {
        10.0
    } else if y_high - y_low > 16.0 {
        5.0
    } else {
        2.0
    };
    let mut tick = (y_low / y_step).ceil();
    while tick * y_step <= y_high {
        let value = tick * y_step;
        svg.push_str(&format!(
            "<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/>\
             <text class=\"tick end\" x=\"{1}\" y=\"{2:.1}\">{value:.0}</text>",
            y(value),
            left - 6.0,
            y(value) + 4.0,
        ));
        tick += 1.0;
    }
    svg
}

/// Points with names beside, below or above them, where no other name is.
fn dots(points: &[(String, f64, f64)], x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let mut svg = String::new();
    let mut taken: Vec<(f64, f64, f64)> = points.iter().map(|p| (x(p.1), y(p.2), 7.0)).collect();
    for (name, importance, performance) in points {
        let (px, py) = (x(*importance), y(*performance));
        let half = width_of(name) * 3.8;
        let (least, most) = (50.0 + half, WIDTH - half - 4.0);
        let inside = px.clamp(least, most.max(least));
        let mut places = vec![(px - half - 10.0, py), (px + half + 10.0, py)];
        places.retain(|p| (least..=most).contains(&p.0));
        for away in [13.0, 26.0, 39.0] {
            places.splice(0..0, [(inside, py - away), (inside, py + away + 2.0)]);
        }
        places.rotate_left(4);
        let free = |&(cx, cy): &(f64, f64)| {
            taken.iter().all(|t| (t.0 - cx).abs() > t.2 + half || (t.1 - cy).abs() > 11.5)
        };
        let (cx, cy) = places.iter().copied().find(free).unwrap_or((inside, py - 13.0));
        taken.push((cx, cy, half));
        svg.push_str(&format!(
            "<circle class=\"pos dot\" cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"5.5\"/>\
             <text class=\"point\" x=\"{cx:.1}\" y=\"{:.1}\">{}</text>",
            cy + 4.0,
            escape(name)
        ));
    }
    svg
}
