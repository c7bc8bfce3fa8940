//! Places the constructs of a path model in layers, outcomes farthest from the start, with bends
//! for paths that skip layers (Sugiyama, Tagawa & Toda 1981, in the simplest form that serves).

/// A construct, or the bend of a path that passes a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Slot {
    Node(usize),
    Bend { edge: usize },
}

/// Layers of slots, each in order across.
pub(super) struct Layout {
    pub(super) layers: Vec<Vec<Slot>>,
    pub(super) layer_of: Vec<usize>,
}

/// Sweeps after which orders no longer change in models of this size.
const SWEEPS: usize = 24;

/// Layers for `count` nodes joined by `edges` (from, to).
pub(super) fn layers(count: usize, edges: &[(usize, usize)]) -> Layout {
    let mut layer_of = vec![0; count];
    // Longest path from the start; a circle stops moving after as many rounds as nodes.
    for _ in 0..count {
        for &(from, to) in edges {
            if layer_of[to] <= layer_of[from] && layer_of[from] + 1 < count {
                layer_of[to] = layer_of[from] + 1;
            }
        }
    }
    // A start without antecedents stands next to what it explains, not far away from it.
    for node in 0..count {
        if edges.iter().any(|edge| edge.1 == node) {
            continue;
        }
        let next = edges.iter().filter(|e| e.0 == node).map(|e| layer_of[e.1]).min();
        layer_of[node] = next.map_or(0, |layer| layer.saturating_sub(1));
    }
    let depth = layer_of.iter().max().map_or(0, |deepest| deepest + 1);
    let mut layers: Vec<Vec<Slot>> = vec![Vec::new(); depth];
    for (node, &layer) in layer_of.iter().enumerate() {
        layers[layer].push(Slot::Node(node));
    }
    for (edge, &(from, to)) in edges.iter().enumerate() {
        let between = layer_of[from] + 1..layer_of[to].max(layer_of[from] + 1);
        for layer in &mut layers[between] {
            layer.push(Slot::Bend { edge });
        }
    }
    let mut layout = Layout { layers, layer_of };
    let mut best = (layout.crossings(edges), layout.layers.clone());
    for sweep in 0..SWEEPS {
        layout.sweep(edges, sweep % 2 == 0);
        let crossings = layout.crossings(edges);
        if crossings < best.0 {
            best = (crossings, layout.layers.clone());
        }
    }
    layout.layers = best.1;
    layout
}

impl Layout {
    /// The slots a path runs through, from start to end, as (layer, place).
    pub(super) fn route(&self, edge: usize, ends: (usize, usize)) -> Vec<(usize, usize)> {
        let (first, last) = (self.layer_of[ends.0], self.layer_of[ends.1]);
        let find = |layer: usize, slot: Slot| {
            self.layers[layer].iter().position(|s| *s == slot).map(|place| (layer, place))
        };
        let bends = (first + 1..last.max(first + 1)).map(|l| find(l, Slot::Bend { edge }));
        std::iter::once(find(first, Slot::Node(ends.0)))
            .chain(bends)
            .chain([find(last, Slot::Node(ends.1))])
            .flatten()
            .collect()
    }

    /// Pieces of paths between neighbouring layers, as (layer, place, place in the next).
    fn pieces(&self, edges: &[(usize, usize)]) -> Vec<(usize, usize, usize)> {
        let mut pieces = Vec::new();
        for (edge, &ends) in edges.iter().enumerate() {
            for pair in self.route(edge, ends).windows(2) {
                pieces.push((pair[0].0, pair[0].1, pair[1].1));
            }
        }
        pieces
    }

    fn crossings(&self, edges: &[(usize, usize)]) -> usize {
        let pieces = self.pieces(edges);
        let mut count = 0;
        for (at, a) in pieces.iter().enumerate() {
            for b in &pieces[..at] {
                let cross = (a.1 < b.1 && a.2 > b.2) || (a.1 > b.1 && a.2 < b.2);
                count += usize::from(a.0 == b.0 && cross);
            }
        }
        count
    }

    /// Orders each layer by the mean place of its neighbours in the layer before (or after).
    fn sweep(&mut self, edges: &[(usize, usize)], forward: bool) {
        let depth = self.layers.len();
        for step in 1..depth {
            let layer = if forward { step } else { depth - 1 - step };
            let pieces = self.pieces(edges);
            let mean = |place: usize| {
                let neighbours: Vec<f64> = pieces
                    .iter()
                    .filter_map(|&(l, a, b)| match forward {
                        true => (l + 1 == layer && b == place).then_some(a as f64),
                        false => (l == layer && a == place).then_some(b as f64),
                    })
                    .collect();
                match neighbours.len() {
                    0 => place as f64,
                    n => neighbours.iter().sum::<f64>() / n as f64,
                }
            };
            let mut keyed: Vec<(f64, Slot)> =
                self.layers[layer].iter().enumerate().map(|(p, s)| (mean(p), *s)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            self.layers[layer] = keyed.into_iter().map(|(_, slot)| slot).collect();
        }
    }
}
