//! The members of an instrument file, one to one. Unknown keys are refused everywhere, because a
//! misspelt key would silently leave a promise out of the seal.

use serde::{Deserialize, Serialize};

/// A language of the questionnaire and of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// The tag of HTML's `lang` (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.pick("en", "zh-Hans")
    }

    /// The words in this language.
    #[must_use]
    pub fn pick<'w>(self, english: &'w str, chinese: &'w str) -> &'w str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

/// Words in both languages; neither may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

impl Text {
    /// The words in one language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        language.pick(&self.en, &self.zh)
    }
}

/// Ends and labels of the answer scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Lowest answer.
    pub low: i32,
    /// Highest answer.
    pub high: i32,
    /// One label for each answer from the lowest.
    pub labels: Vec<Text>,
}

/// What a construct is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Part of the structural models.
    Model,
    /// Asked, described, not modelled.
    Optional,
    /// Unrelated to the subject: shows common method variance.
    Marker,
    /// Shows whether the respondent reads.
    Attention,
}

/// A construct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Construct {
    /// Name in models.
    pub code: String,
    /// What it is there for.
    pub role: Role,
    /// Name for people.
    pub name: Text,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Name of its column.
    pub code: String,
    /// Code of its construct.
    pub construct: String,
    /// The side of the construct it asks about.
    pub facet: String,
    /// The sentence.
    pub text: Text,
    /// Worded the other way round: turned before anything is computed.
    #[serde(default)]
    pub reverse: bool,
    /// The answer an attention item asks for.
    #[serde(default)]
    pub expected: Option<i32>,
}

/// By what a rival model is estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Covariances of items (CB-SEM), and composites beside it.
    #[default]
    Sem,
    /// Composites alone: the model forms a construct of others (`<~`), which has no such model.
    Pls,
}

impl Method {
    /// Whether this is what a file without the key says.
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// One of the rival structural models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rival {
    /// Short name.
    pub code: String,
    /// Name for people.
    pub title: Text,
    /// What it holds, in words.
    pub idea: Text,
    /// By what it is estimated.
    #[serde(default, skip_serializing_if = "Method::is_default")]
    pub method: Method,
    /// Structural part in lavaan syntax; the measurement part follows from the items.
    pub syntax: String,
}

/// A column that splits respondents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grouping {
    /// Name of the column.
    pub column: String,
    /// Name for people.
    pub title: Text,
    /// Expected values; empty when not fixed beforehand.
    pub values: Vec<String>,
}

/// A column held beside the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Name of the column.
    pub column: String,
    /// Name for people.
    pub title: Text,
}

/// Limits declared before data arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Least Cronbach's alpha.
    pub alpha_min: f64,
    /// Least composite reliability.
    pub composite_reliability_min: f64,
    /// Least average variance extracted.
    pub variance_extracted_min: f64,
    /// Greatest heterotrait-monotrait ratio.
    pub heterotrait_max: f64,
    /// Least standardised loading.
    pub loading_min: f64,
    /// Least CFI.
    pub cfi_min: f64,
    /// Greatest RMSEA.
    pub rmsea_max: f64,
    /// Greatest SRMR.
    pub srmr_max: f64,
    /// Greatest fall of CFI from one step of invariance to the next.
    pub invariance_cfi_fall_max: f64,
    /// Greatest rise of RMSEA from one step of invariance to the next.
    pub invariance_rmsea_rise_max: f64,
    /// Level of significance.
    pub significance: f64,
}

impl Default for Thresholds {
    /// The limits that are customary where no plan declares others.
    fn default() -> Self {
        Self {
            alpha_min: 0.70,
            composite_reliability_min: 0.70,
            variance_extracted_min: 0.50,
            heterotrait_max: 0.85,
            loading_min: 0.708,
            cfi_min: 0.95,
            rmsea_max: 0.06,
            srmr_max: 0.08,
            invariance_cfi_fall_max: 0.010,
            invariance_rmsea_rise_max: 0.015,
            significance: 0.05,
        }
    }
}

/// How the marker items are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkerUse {
    /// They measure a construct that explains every endogenous one.
    Construct,
    /// Their smallest correlation is taken out of all others (Lindell and Whitney 2001).
    Partial,
}

/// Which respondents leave the sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusions {
    /// Those who failed the attention item.
    pub failed_attention: bool,
    /// Those who gave one answer throughout.
    pub straight_lined: bool,
    /// Least share of model items answered.
    pub answers_min_share: f64,
    /// Later rows of a respondent who appears twice.
    pub duplicate_respondents: bool,
}

/// A comparison of rival models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Codes of the models.
    pub models: Vec<String>,
    /// Measures they are compared by.
    pub by: Vec<String>,
}

/// The analysis declared before data arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The estimator that decides.
    pub estimator: String,
    /// Estimators reported beside it.
    pub robustness: Vec<String>,
    /// `listwise` or `fiml`.
    pub missing: String,
    /// The construct whose antecedents are ranked.
    pub outcome: String,
    /// Bootstrap draws.
    pub bootstrap_draws: u32,
    /// Kind of bootstrap interval.
    pub interval: String,
    /// Constructs into whose equations the controls enter, in a run beside the main one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls_on: Vec<String>,
    /// Uses of the marker items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marker: Vec<MarkerUse>,
    /// Limits.
    pub thresholds: Thresholds,
    /// Exclusions.
    pub exclusions: Exclusions,
    /// Comparisons.
    pub comparisons: Vec<Comparison>,
}

/// A questionnaire with its models and its plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Short name.
    pub name: String,
    /// Version of the wording.
    pub version: u32,
    /// Title of the page.
    pub title: Text,
    /// What respondents read first.
    pub introduction: Text,
    /// The answer scale.
    pub scale: Scale,
    /// Constructs in the order of the page.
    pub constructs: Vec<Construct>,
    /// Items in the order of the page.
    pub items: Vec<Item>,
    /// Rival structural models; the first leads.
    pub models: Vec<Rival>,
    /// Ways to split respondents.
    pub groups: Vec<Grouping>,
    /// Columns held beside the model.
    pub controls: Vec<Column>,
    /// The analysis declared beforehand.
    pub plan: Plan,
}

impl Instrument {
    /// Items of a construct, in order.
    pub fn items_of<'a>(&'a self, construct: &'a str) -> impl Iterator<Item = &'a Item> {
        self.items.iter().filter(move |item| item.construct == construct)
    }

    /// Constructs of a role, in order.
    pub fn constructs_of(&self, role: Role) -> impl Iterator<Item = &Construct> {
        self.constructs.iter().filter(move |construct| construct.role == role)
    }

    /// Codes of the items that enter models, in the order of the page.
    #[must_use]
    pub fn model_items(&self) -> Vec<String> {
        let of_role = self.constructs_of(Role::Model);
        let items = of_role.flat_map(|construct| self.items_of(&construct.code));
        items.map(|item| item.code.clone()).collect()
    }

    /// The measurement model in lavaan syntax.
    #[must_use]
    pub fn measurement_model(&self) -> String {
        let mut text = String::new();
        for construct in self.constructs_of(Role::Model) {
            let items: Vec<&str> =
                self.items_of(&construct.code).map(|item| item.code.as_str()).collect();
            text.push_str(&format!("{} =~ {}\n", construct.code, items.join(" + ")));
        }
        text
    }

    /// Measurement and structural part of a rival in lavaan syntax.
    #[must_use]
    pub fn full_model(&self, rival: &Rival) -> String {
        format!("{}{}", self.measurement_model(), rival.syntax)
    }

    /// The name of a construct for people; its code when it has none.
    #[must_use]
    pub fn name_of<'a>(&'a self, code: &'a str, language: Language) -> &'a str {
        let known = self.constructs.iter().find(|construct| construct.code == code);
        known.map_or(code, |construct| construct.name.get(language))
    }
}
