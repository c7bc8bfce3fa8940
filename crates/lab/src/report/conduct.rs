//! Words, picture and table of behaviour.

use super::behaviour::{Kind, POINTS};
use super::curves;
use super::findings::Findings;
use super::page::Page;
use super::sheet::{Cell, Sheet};
use crate::instrument::Language;

pub(super) fn write(page: &mut Page, findings: &Findings) {
    let Some(conduct) = &findings.conduct else { return };
    page.section("behaviour", page.say("Trust and what members then did", "信任与会员随后的行为"));
    if let Some(thirds) = &conduct.thirds {
        let (first, second) = thirds.cuts;
        let title =
            page.say("Members who stayed, by trust score", "按信任分看会员的留存").to_owned();
        let note = match page.language {
            Language::English => format!(
                "Share of members still in the plan after each period (Kaplan-Meier) with 95% \
                 bands; the thirds divide at scores of {first:.0} and {second:.0}. The thirds may \
                 differ in more than trust."
            ),
            Language::Chinese => format!(
                "各期后仍在计划中的会员比例（卡普兰—迈耶）及 95% 区间带；三组以 {first:.0} 分和 {second:.0} 分为界。\
                 三组之间的差别可能不止信任。"
            ),
        };
        page.figure(&title, &curves::staying(thirds, page.language), &note, &[]);
    }
    let sheet = ratios(page, findings);
    page.table(&sheet);
    if let Some((r, n)) = conduct.intention {
        let r = super::sheet::share(r);
        page.paragraph(&match page.language {
            Language::English => format!(
                "The intention to stay and having left correlate at {r} (n = {n}). Near zero, what \
                 members say tells little of what they do."
            ),
            Language::Chinese => {
                format!("持续意愿与实际退出的相关为 {r}（n = {n}）。接近零时，说法与行动关系不大。")
            }
        });
    }
}

fn ratios(page: &Page, findings: &Findings) -> Sheet {
    let heads = [
        page.say("Behaviour", "行为"),
        page.say("Ratio", "比值"),
        page.say("95% CI", "95% 置信区间"),
        page.say("p", "p 值"),
        page.say("Members", "人数"),
        page.say("Events", "事件数"),
        page.say("Concordance", "一致性"),
    ];
    let mut sheet = Sheet {
        file: "behaviour",
        title: page.say("Trust score and behaviour", "信任分与行为").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: match page.language {
            Language::English => format!(
                "the ratio of odds or hazards between members whose trust score (0 to 100) \
                 differs by {POINTS:.0} points. Concordance is .5 for no order and 1 for \
                 perfect order."
            ),
            Language::Chinese => format!(
                "信任分（0 至 100）相差 {POINTS:.0} 分的会员之间优势或风险之比。一致性为 .5 表示没有排序能力，1 表示完全排序。"
            ),
        },
        hides: page
            .say(
                "that trust made members act so: those who trust may differ in age, health or \
                 price paid, which only the rows with controls hold equal in part.",
                "是不是信任使会员如此行动：信任者在年龄、健康或所付价格上可能不同，只有“加控制变量”的各行部分地使其相等。",
            )
            .to_owned(),
        ..Sheet::default()
    };
    let outcomes = findings.conduct.iter().flat_map(|conduct| &conduct.outcomes);
    for outcome in outcomes {
        let name = match outcome.kind {
            Kind::Join => page.say("Joined (odds ratio, logit)", "加入（优势比，logit）"),
            Kind::Leave => page
                .say("Left in a period (hazard ratio, cloglog)", "在某期退出（风险比，cloglog）"),
            Kind::LeaveContinuous => page.say("Left (hazard ratio, Cox)", "退出（风险比，Cox）"),
        };
        let with = page.say(", with controls", "，加控制变量");
        let name = format!("{name}{}", if outcome.controlled { with } else { "" });
        match &outcome.result {
            Ok(found) => sheet.row(vec![
                Cell::Words(name),
                Cell::Figure(found.coefficient.estimate.exp(), 3),
                Cell::Range(found.coefficient.ci_lower.exp(), found.coefficient.ci_upper.exp()),
                Cell::Probability(found.coefficient.p),
                Cell::Count(found.rows),
                Cell::Count(found.events),
                Cell::Share(found.concordance),
            ]),
            Err(reason) => sheet.refused(name, reason.told(page.language)),
        }
    }
    sheet
}
