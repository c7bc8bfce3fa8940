//! A path model's findings for programs.

use lab::efa::{full_collinearity, harman_share, marker_adjusted};
use lab::pls::{
    Mode, Quantity, Summary, antecedent_inflation, effect_sizes, goodness_of_fit, heterotrait,
    heterotrait2, information_criteria, item_inflation, reliability, residuals, specific_indirect,
};
use lab::reliability::fornell_larcker;
use serde_json::{Map, Value, json};

use super::{Arguments, Findings};
use crate::commands::lab::words;

/// Everything that was found, as one document.
pub fn document(findings: &Findings, arguments: &Arguments) -> Value {
    let fit = &findings.fit;
    let names = fit.constructs_named();
    let measured = reliability(fit);
    let extracted: Vec<f64> = measured.iter().map(|r| r.ave).collect();
    let size = names.len();
    let mut document = json!({
        "n": fit.rows, "dropped_rows": findings.dropped, "replaced_answers": findings.replaced,
        "consistent": fit.is_consistent(), "iterations": fit.iterations, "converged": true,
        "ignored": findings.specification.ignored,
        "constructs": (0..size).map(|k| json!({
            "name": names[k], "mode": if fit.mode(k) == Mode::A { "A" } else { "B" },
            "items": &fit.items_named()[fit.block(k)],
        })).collect::<Vec<_>>(),
        "correlations": words::nested(names, &fit.constructs),
        "cross_loadings": cross_loadings(findings),
        "reliability": names.iter().zip(&measured).map(|(name, r)| (name.clone(), json!({
            "alpha": r.alpha, "rho_a": r.rho_a, "rho_c": r.rho_c, "ave": r.ave,
            "eigenvalue_1": r.first_eigenvalue, "eigenvalue_2": r.second_eigenvalue,
        }))).collect::<Map<_, _>>(),
        "fornell_larcker": words::nested(names, &fornell_larcker(&fit.constructs, &extracted)),
        "htmt": words::nested(names, &heterotrait(fit)),
        "htmt2": words::nested(names, &heterotrait2(fit)),
        "gof": goodness_of_fit(fit),
        "srmr": {"saturated": residuals(fit).saturated, "estimated": residuals(fit).estimated},
        "method_bias": {
            "harman_share": harman_share(&fit.correlation, fit.items_named().len()),
            "full_collinearity_vif": full_collinearity(&fit.composites, size).ok()
                .map(|vif| words::named(names, &vif)),
        },
    });
    add_structure(&mut document, findings);
    add_inflation(&mut document, findings);
    add_marker(&mut document, findings);
    add_prediction(&mut document, findings);
    add_records(&mut document, findings);
    add_intervals(&mut document, findings);
    if let Some((boot, _)) = &findings.bootstrap {
        let failures = boot.failures;
        document["bootstrap"] = json!({
            "draws": boot.successful() + failures.total(), "successful": boot.successful(),
            "failed": {
                "constant": failures.constant, "collinear": failures.collinear,
                "not_converged": failures.not_converged, "no_reliability": failures.no_reliability,
            },
            "seed": arguments.seed, "level": arguments.level,
            "interval": match arguments.interval {
                super::IntervalName::Percentile => "percentile",
                super::IntervalName::Bca => "bca",
            },
        });
    }
    if let Some(first) = findings.model.first_stage() {
        document["first_stage"] = first_stage(first);
    }
    document["warnings"] = json!(warnings(findings, &document));
    document
}

/// The stage that makes the scores of the parts of second-order constructs.
fn first_stage(fit: &lab::pls::Fit) -> Value {
    let names = fit.constructs_named();
    let of = |values: &[f64], k: usize| {
        words::named(&fit.items_named()[fit.block(k)], &values[fit.block(k)])
    };
    let measured = reliability(fit);
    let one = |k: usize| {
        let r = &measured[k];
        let record = json!({
            "loadings": of(&fit.loadings, k), "weights": of(&fit.weights, k),
            "alpha": r.alpha, "rho_a": r.rho_a, "rho_c": r.rho_c, "ave": r.ave,
        });
        (names[k].clone(), record)
    };
    json!({
        "constructs": (0..names.len()).map(one).collect::<Map<_, _>>(),
        "correlations": words::nested(names, &fit.composites),
        "htmt": words::nested(names, &heterotrait(fit)),
    })
}

fn cross_loadings(findings: &Findings) -> Value {
    let fit = &findings.fit;
    let names = fit.constructs_named();
    let rows = fit.items_named().iter().zip(fit.cross_loadings.chunks(names.len()));
    Value::Object(rows.map(|(item, row)| (item.clone(), words::named(names, row))).collect())
}

/// R2 and what follows from it, effect sizes.
fn add_structure(document: &mut Value, findings: &Findings) {
    let fit = &findings.fit;
    let names = fit.constructs_named();
    let endogenous: Vec<usize> =
        (0..names.len()).filter(|&k| !fit.antecedents(k).is_empty()).collect();
    let by_construct = |value: &dyn Fn(usize) -> f64| {
        let pairs = endogenous.iter().map(|&k| (names[k].clone(), json!(value(k))));
        Value::Object(pairs.collect())
    };
    document["r2"] = by_construct(&|k| fit.r2[k]);
    document["r2_adjusted"] = by_construct(&|k| information_criteria(fit, k).r2_adjusted);
    document["aic"] = by_construct(&|k| information_criteria(fit, k).aic);
    document["bic"] = by_construct(&|k| information_criteria(fit, k).bic);
    document["f2"] = match effect_sizes(&findings.model, fit) {
        Ok(sizes) => fit
            .path_ends()
            .iter()
            .zip(sizes)
            .map(|(&(from, to), size)| {
                json!({
                    "from": names[from], "to": names[to],
                    "est": size.reestimated, "composites_fixed": size.fixed,
                })
            })
            .collect(),
        Err(error) => json!({"refused": error.to_string()}),
    };
}

fn add_inflation(document: &mut Value, findings: &Findings) {
    let fit = &findings.fit;
    let names = fit.constructs_named();
    let (mut antecedents, mut items) = (Map::new(), Map::new());
    for (k, name) in names.iter().enumerate() {
        let from: Vec<String> = fit.antecedents(k).iter().map(|&p| names[p].clone()).collect();
        if !from.is_empty() {
            antecedents.insert(name.clone(), words::named(&from, &antecedent_inflation(fit, k)));
        }
        let own = &fit.items_named()[fit.block(k)];
        items.insert(name.clone(), words::named(own, &item_inflation(fit, k)));
    }
    document["vif"] = json!({"antecedents": antecedents, "items": items});
}

fn add_marker(document: &mut Value, findings: &Findings) {
    let Some(marker) = findings.marker else {
        return;
    };
    let fit = &findings.fit;
    let (names, size) = (fit.constructs_named(), fit.constructs_named().len());
    let mut adjusted = Vec::new();
    for a in 0..size {
        for b in 0..a {
            let found = marker_adjusted(fit.composites[a * size + b], marker, fit.rows);
            adjusted.push(json!({
                "a": names[a], "b": names[b], "observed": found.observed,
                "adjusted": found.adjusted, "t": found.t, "p": found.p,
            }));
        }
    }
    document["method_bias"]["marker"] = json!({"correlation": marker, "adjusted": adjusted});
}

fn add_prediction(document: &mut Value, findings: &Findings) {
    let fit = &findings.fit;
    let names = fit.constructs_named();
    if let Some(forecasts) = &findings.forecasts {
        let one = |f: &lab::pls::ItemForecast| {
            json!({
                "item": fit.items_named()[f.item],
                "pls": {"rmse": f.model.rmse, "mae": f.model.mae, "q2_predict": f.model.q2},
                "lm": f.regression.map(|lm| json!({
                    "rmse": lm.rmse, "mae": lm.mae, "q2_predict": lm.q2,
                })),
            })
        };
        document["predict"] = forecasts.iter().map(one).collect();
    }
    if let Some(blindfolded) = &findings.blindfolded {
        let pairs = blindfolded.iter().map(|b| {
            let record = json!({"redundancy": b.redundancy, "communality": b.communality});
            (names[b.construct].clone(), record)
        });
        document["q2"] = Value::Object(pairs.collect());
    }
    if let Some((target, map)) = &findings.map {
        let one = |row: &lab::pls::Importance| {
            json!({
                "construct": names[row.construct], "importance": row.importance,
                "importance_standardized": row.standardized, "performance": row.performance,
            })
        };
        let (own, antecedents) = map.split_last().expect("the target itself is always mapped");
        document["ipma"] = json!({
            "target": names[*target], "target_performance": own.performance,
            "antecedents": antecedents.iter().map(one).collect::<Vec<_>>(),
        });
    }
}

fn spread(findings: &Findings, quantity: Quantity) -> Option<&Summary> {
    let (boot, summaries) = findings.bootstrap.as_ref()?;
    let place = boot.quantities().iter().position(|known| *known == quantity)?;
    summaries.get(place)
}

/// Lists of estimates, with bootstrap figures when there are some.
fn add_records(document: &mut Value, findings: &Findings) {
    let fit = &findings.fit;
    let (names, size) = (fit.constructs_named(), fit.constructs_named().len());
    let spread = |quantity: Quantity| spread(findings, quantity);
    let ends = fit.path_ends().iter().enumerate();
    document["paths"] = ends
        .map(|(path, &(from, to))| {
            let record = json!({"from": names[from], "to": names[to], "est": fit.paths[path]});
            with_spread(record, spread(Quantity::Path(path)))
        })
        .collect();
    document["total_effects"] = fit
        .effects()
        .iter()
        .map(|&(from, to)| {
            let total = fit.totals[from * size + to];
            let record = json!({"from": names[from], "to": names[to], "est": total});
            with_spread(record, spread(Quantity::Total(from, to)))
        })
        .collect();
    let items = || (0..size).flat_map(|k| fit.block(k).map(move |item| (k, item)));
    document["loadings"] = items()
        .map(|(k, item)| {
            let label = &fit.items_named()[item];
            let record = json!({"construct": names[k], "item": label, "est": fit.loadings[item]});
            with_spread(record, spread(Quantity::Loading(item)))
        })
        .collect();
    document["weights"] = items()
        .map(|(k, item)| {
            let label = &fit.items_named()[item];
            let record = json!({"construct": names[k], "item": label, "est": fit.weights[item]});
            with_spread(record, spread(Quantity::Weight(item)))
        })
        .collect();
    document["indirect_effects"] = specific_indirect(fit)
        .iter()
        .map(|chain| {
            let through: Vec<&String> = chain.chain.iter().map(|&k| &names[k]).collect();
            let record = json!({"chain": through, "est": chain.estimate});
            let boot = findings.bootstrap.as_ref();
            let summary = boot.map(|(boot, _)| boot.product(&chain.paths, findings.level));
            with_spread(record, summary.as_ref())
        })
        .collect();
}

/// Intervals of quantities that are otherwise given as maps.
fn add_intervals(document: &mut Value, findings: &Findings) {
    let fit = &findings.fit;
    let (names, size) = (fit.constructs_named(), fit.constructs_named().len());
    let spread = |quantity: Quantity| spread(findings, quantity);
    if findings.bootstrap.is_none() {
        return;
    }
    let pairs = (0..size).flat_map(|a| (0..a).map(move |b| (a, b)));
    document["htmt_intervals"] = pairs
        .map(|(a, b)| {
            let summary = spread(Quantity::Htmt(a, b));
            let record = json!({
                "a": names[b], "b": names[a], "est": summary.map(|s| s.estimate),
            });
            with_spread(record, summary)
        })
        .collect();
    document["r2_intervals"] = (0..size)
        .filter(|&k| !fit.antecedents(k).is_empty())
        .map(|k| {
            let record = json!({"construct": names[k], "est": fit.r2[k]});
            with_spread(record, spread(Quantity::R2(k)))
        })
        .collect();
}

fn with_spread(mut record: Value, summary: Option<&Summary>) -> Value {
    if let Some(summary) = summary {
        record["boot_mean"] = json!(summary.mean);
        record["se"] = json!(summary.se);
        record["t"] = json!(summary.t);
        record["p"] = json!(summary.p);
        record["ci_lower"] = json!(summary.ci_lower);
        record["ci_upper"] = json!(summary.ci_upper);
    }
    record
}

/// What a reader must know before using the numbers.
fn warnings(findings: &Findings, document: &Value) -> Vec<String> {
    let fit = &findings.fit;
    let mut warnings = Vec::new();
    let mut warn = |text: String| warnings.push(text);
    for (item, loading) in fit.items_named().iter().zip(&fit.loadings) {
        if loading.abs() > 1.0 + 1e-9 {
            warn(format!(
                "improper: the loading of {item} is {loading:.3}, beyond 1 (Heywood case)"
            ));
        } else if *loading < 0.0 {
            warn(format!(
                "{item} loads negatively on its construct: is it worded the other way round?"
            ));
        }
    }
    doubtful_constructs(fit, &mut warn);
    if let Some((boot, _)) = &findings.bootstrap {
        let failed = boot.failures.total();
        if failed > 0 {
            warn(format!(
                "{failed} of {} bootstrap draws had no result and were left out",
                failed + boot.successful()
            ));
        }
    }
    if findings.map.iter().flat_map(|(_, map)| map).any(|row| row.negative_weight) {
        warn("a negative weight lets a score leave the range from 0 to 100".to_owned());
    }
    if let Some(ignored) = document["ignored"].as_array().filter(|list| !list.is_empty()) {
        warn(format!("statements without a meaning in path modelling: {}", json!(ignored)));
    }
    warnings
}

/// Warnings about constructs: what is not defined, improper or collinear.
fn doubtful_constructs(fit: &lab::pls::Fit, mut warn: impl FnMut(String)) {
    let (names, size) = (fit.constructs_named(), fit.constructs_named().len());
    for a in 0..size {
        if fit.block(a).len() == 1 {
            warn(format!(
                "{} has a single item: its alpha and rho_A are not defined, its error unknown",
                names[a]
            ));
        }
        if fit.r2[a] > 1.0 {
            warn(format!("improper: more than all variance of {} is explained", names[a]));
        }
        for b in 0..a {
            if fit.constructs[a * size + b].abs() > 1.0 {
                warn(format!("improper: {} and {} correlate beyond 1", names[b], names[a]));
            }
        }
        for (&from, vif) in fit.antecedents(a).iter().zip(antecedent_inflation(fit, a)) {
            if vif >= 5.0 {
                warn(format!(
                    "{} is collinear with other antecedents of {} (VIF {vif:.1})",
                    names[from], names[a]
                ));
            }
        }
    }
}
