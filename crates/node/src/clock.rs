//! Time, as the orderer assigns it: milliseconds, and the day of the plan's calendar.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rules::day::Day;
use rules::entry::Order;

use crate::Error;

/// Where a node reads the time.
pub trait Clock: Send {
    /// Milliseconds since 1970-01-01 UTC.
    fn now(&self) -> i64;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        Timestamp::now().as_millisecond()
    }
}

/// A clock that stands where it is set: for rehearsals, histories and tests.
#[derive(Clone, Debug, Default)]
pub struct ScriptedClock(Arc<AtomicI64>);

impl ScriptedClock {
    /// Sets the time, in milliseconds since 1970-01-01 UTC.
    pub fn set(&self, at: i64) {
        self.0.store(at, Ordering::SeqCst);
    }
}

impl Clock for ScriptedClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// The time zone in which a plan's days begin and end.
#[derive(Clone, Debug)]
pub struct PlanTime(TimeZone);

impl PlanTime {
    /// The zone of an IANA name, such as `Asia/Shanghai`. The rules of zones are compiled in, so a
    /// plan has the same days on every machine.
    ///
    /// # Errors
    /// When there is no such zone.
    pub fn new(name: &str) -> Result<Self, Error> {
        let zone = jiff::tz::TimeZoneDatabase::bundled().get(name);
        zone.map(Self).map_err(|_| Error::TimeZone(name.chars().take(64).collect()))
    }

    /// The place in time of `at`, milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// When the day lies outside the calendar.
    pub fn order(&self, at: i64) -> Result<Order, Error> {
        let day = Timestamp::from_millisecond(at).ok().and_then(|time| {
            let date = time.to_zoned(self.0.clone()).date();
            Day::new(date.year(), date.month(), date.day()).ok()
        });
        Ok(Order { at, day: day.ok_or(Error::Clock(at))? })
    }

    /// Noon of a day, in milliseconds since 1970-01-01 UTC: a time that lies inside the day
    /// whatever the zone does at its ends.
    ///
    /// # Errors
    /// When the zone skips that noon.
    pub fn noon(&self, day: Day) -> Result<i64, Error> {
        let date: Option<jiff::civil::Date> = day.to_string().parse().ok();
        let noon = date.and_then(|date| date.at(12, 0, 0, 0).to_zoned(self.0.clone()).ok());
        Ok(noon.ok_or(Error::Clock(i64::MIN))?.timestamp().as_millisecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_of_the_plans_zone() {
        let shanghai = PlanTime::new("Asia/Shanghai").unwrap();
        let midnight = 1_554_652_800_000; // 2019-04-07T16:00:00Z
        assert_eq!(shanghai.order(midnight).unwrap().day.to_string(), "2019-04-08");
        assert_eq!(shanghai.order(midnight - 1).unwrap().day.to_string(), "2019-04-07");
        let day = "2019-04-08".parse().unwrap();
        assert_eq!(shanghai.order(shanghai.noon(day).unwrap()).unwrap().day, day);
        assert!(PlanTime::new("Asia/Nowhere").is_err());
    }
}
