//! Tables of incidence: how often persons of an age are diagnosed for the first time.
//!
//! Any table can be used, none without the name of its source. The Chinese tables that come with
//! the crate are second-hand copies of official ones; their caveat travels with them.

use crate::Error;

/// The most ages a table may have: nobody is older than 130, and a longer file is not a table.
const MOST_AGES: usize = 131;

/// Where a table comes from and how far it may be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the table and of who made it; never empty.
    pub name: String,
    /// What a reader must know before using it; may be empty.
    pub caveat: String,
}

/// Sex as the tables tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Men and boys.
    Male,
    /// Women and girls.
    Female,
}

/// The Chinese tables that come with the crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChinaTable {
    /// 6 illnesses, experience of 2006-2010, ages 0-70.
    SixIllnesses2010,
    /// 25 illnesses, experience of 2006-2010, ages 0-70.
    TwentyFiveIllnesses2010,
    /// CI4 of 2020: 28 severe illnesses, ages 0-105.
    TwentyEightIllnesses2020,
}

const CHINA: &str = include_str!("../../../data/incidence/china_ci_per_mille.csv");

/// Said beside any figure that comes from the Chinese tables.
pub const CHINA_CAVEAT: &str = "second-hand copy of an official table, not yet compared with \
    the official document; insurers' experience with underwriting and a margin, which a plan \
    without underwriting need not follow";

/// Yearly rates of first diagnosis by completed age and sex, in persons per person-year (0.002 is
/// two in a thousand).
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    source: Source,
    male: Vec<f64>,
    female: Vec<f64>,
}

impl Table {
    /// A table from yearly rates per person, starting at age 0.
    ///
    /// # Errors
    /// [`Error::SourceMissing`] without a source name, [`Error::TableShape`] for an empty, overlong
    /// or unequal pair of columns, [`Error::RateOutOfRange`] for a rate outside 0 to 1.
    pub fn new(source: Source, male: Vec<f64>, female: Vec<f64>) -> Result<Table, Error> {
        if source.name.trim().is_empty() {
            return Err(Error::SourceMissing);
        }
        if male.is_empty() || male.len() > MOST_AGES || male.len() != female.len() {
            return Err(Error::TableShape { male: male.len(), female: female.len() });
        }
        for rates in [&male, &female] {
            if let Some(age) = rates.iter().position(|rate| !(0.0..=1.0).contains(rate)) {
                return Err(Error::RateOutOfRange { age, rate: rates[age] });
            }
        }
        Ok(Table { source, male, female })
    }

    /// A table from comma-separated text with a header, a column `age` counting up from 0, and
    /// two columns of rates **per thousand** a year. It ends before the first row in which both
    /// cells are empty.
    ///
    /// # Errors
    /// [`Error::LineUnreadable`] for a missing column, a gap in the ages or a cell that is not a
    /// number; and those of [`Table::new`].
    pub fn from_per_mille_csv(
        text: &str,
        male_column: &str,
        female_column: &str,
        source: Source,
    ) -> Result<Table, Error> {
        let unreadable = |line: u64, why: String| Error::LineUnreadable {
            file: "the incidence table",
            line,
            why,
        };
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|e| unreadable(1, e.to_string()))?.clone();
        let column = |name: &str| {
            let found = header.iter().position(|h| h == name);
            found.ok_or_else(|| unreadable(1, format!("there is no column {name}")))
        };
        let (age_at, male_at, female_at) =
            (column("age")?, column(male_column)?, column(female_column)?);
        let (mut male, mut female) = (Vec::new(), Vec::new());
        for (row, record) in reader.records().enumerate() {
            let line = row as u64 + 2;
            let record = record.map_err(|e| unreadable(line, e.to_string()))?;
            if record[age_at].parse() != Ok(row) {
                return Err(unreadable(line, format!("age {row} was expected here")));
            }
            if record[male_at].is_empty() && record[female_at].is_empty() {
                break;
            }
            for (cell, rates) in [(male_at, &mut male), (female_at, &mut female)] {
                let rate: f64 = record[cell]
                    .parse()
                    .map_err(|_| unreadable(line, format!("{:?} is no rate", &record[cell])))?;
                rates.push(rate / 1000.0);
            }
        }
        Table::new(source, male, female)
    }

    /// One of the Chinese tables that come with the crate, with its caveat.
    ///
    /// # Errors
    /// Those of [`Table::from_per_mille_csv`], if the embedded text were damaged.
    pub fn china(table: ChinaTable) -> Result<Table, Error> {
        let (columns, name) = match table {
            ChinaTable::SixIllnesses2010 => (
                ["ci6_0610_m", "ci6_0610_f"],
                "China CI(2006-2010), 6 illnesses, 保监发〔2013〕81号",
            ),
            ChinaTable::TwentyFiveIllnesses2010 => (
                ["ci25_0610_m", "ci25_0610_f"],
                "China CI(2006-2010), 25 illnesses, 保监发〔2013〕81号",
            ),
            ChinaTable::TwentyEightIllnesses2020 => (
                ["ci28_2020_m", "ci28_2020_f"],
                "China CI4(2020), 28 severe illnesses, 银保监发〔2020〕51号",
            ),
        };
        let source = Source { name: name.into(), caveat: CHINA_CAVEAT.into() };
        Table::from_per_mille_csv(CHINA, columns[0], columns[1], source)
    }

    /// Where the table comes from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The last age of the table, completed years.
    pub fn last_age(&self) -> u8 {
        // `new` admits at most 131 ages.
        (self.male.len() - 1) as u8
    }

    /// First diagnoses per person-year at a completed age when the sex is not known: the plain
    /// average of both sexes.
    ///
    /// # Errors
    /// [`Error::AgeBeyondTable`].
    pub fn annual_rate(&self, age: u8) -> Result<f64, Error> {
        let both = self.annual_rate_of(age, Sex::Male)? + self.annual_rate_of(age, Sex::Female)?;
        Ok(both / 2.0)
    }

    /// First diagnoses per person-year at a completed age for one sex.
    ///
    /// # Errors
    /// [`Error::AgeBeyondTable`].
    pub fn annual_rate_of(&self, age: u8, sex: Sex) -> Result<f64, Error> {
        let rates = match sex {
            Sex::Male => &self.male,
            Sex::Female => &self.female,
        };
        let beyond = Error::AgeBeyondTable { age, last: self.last_age() };
        rates.get(usize::from(age)).copied().ok_or(beyond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str) -> Source {
        Source { name: name.into(), caveat: String::new() }
    }

    #[test]
    fn a_table_without_a_source_is_refused() {
        for name in ["", "  \t"] {
            let refused = Table::new(source(name), vec![0.1], vec![0.1]);
            assert_eq!(refused, Err(Error::SourceMissing));
        }
    }

    #[test]
    fn rates_that_are_no_rates_are_refused() {
        for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let refused = Table::new(source("s"), vec![0.1, bad], vec![0.1, 0.1]);
            assert!(matches!(refused, Err(Error::RateOutOfRange { age: 1, .. })), "{bad}");
        }
        assert!(Table::new(source("s"), vec![], vec![]).is_err());
        assert!(Table::new(source("s"), vec![0.1; 132], vec![0.1; 132]).is_err());
        assert!(Table::new(source("s"), vec![0.1], vec![0.1; 2]).is_err());
    }

    #[test]
    fn a_damaged_text_is_refused_with_its_line() {
        let read = |text| Table::from_per_mille_csv(text, "m", "f", source("s"));
        assert!(read("age,m,f\n0,1,2\n1,3,4\n").is_ok());
        for (text, wrong) in [
            ("age,m\n0,1\n", 1),
            ("age,m,f\n0,1,2\n2,1,2\n", 3),
            ("age,m,f\n0,one,2\n", 2),
            ("age,m,f\n0,1\n", 2),
            ("age,m,f\n0,1,2\n1,,2\n", 3),
        ] {
            match read(text) {
                Err(Error::LineUnreadable { line, .. }) => assert_eq!(line, wrong, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_chinese_tables_have_the_published_rates() {
        let rate = |table, age| Table::china(table).unwrap().annual_rate(age).unwrap();
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(rate(ChinaTable::TwentyEightIllnesses2020, 39), 0.002_272_5));
        assert!(near(rate(ChinaTable::TwentyFiveIllnesses2010, 30), 0.000_97));
        assert!(near(rate(ChinaTable::SixIllnesses2010, 70), 0.028_395));
        let six = Table::china(ChinaTable::SixIllnesses2010).unwrap();
        assert_eq!(six.last_age(), 70);
        assert_eq!(six.annual_rate(71), Err(Error::AgeBeyondTable { age: 71, last: 70 }));
        let table = Table::china(ChinaTable::TwentyEightIllnesses2020).unwrap();
        assert_eq!(table.last_age(), 105);
        assert!(near(table.annual_rate_of(59, Sex::Male).unwrap(), 0.013_713));
        assert_eq!(table.source().caveat, CHINA_CAVEAT);
    }
}
