//! When freezes hold: the moments that windows of wall-clock time stand for.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp};

use super::freeze::{Freeze, FreezeSense, Window};

/// Whether something may land at a moment, as far as freezes go, and the first moment at which that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreezeState {
    /// Nothing lands before `until`; `None`: no end is in sight.
    Frozen { until: Option<Timestamp> },
    /// No freeze holds before `next`; `None`: none is to come.
    Open { next: Option<Timestamp> },
}

/// What several freezes say together of a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenBy<'f> {
    /// Every freeze that holds at this moment.
    pub freezes: Vec<&'f Freeze>,
    /// `until` is the first moment at which none of them all holds, also none that begins in the meantime.
    pub state: FreezeState,
}

/// How many days before the moment windows are looked for: longer than a week's window and the one before it.
const BACK: i64 = 16;
/// How many days ahead: first what answers nearly always, then as far as an end is looked for.
const AHEAD: [i64; 2] = [16, 400];
/// By how much the clock of a zone may be put forward or back, so that what lies beyond a frame may reach into it.
const SHIFT: SignedDuration = SignedDuration::from_hours(48);

/// A span of wall-clock time, its end no more in it.
type Civil = (DateTime, DateTime);
/// The moments from one to another, that one no more.
type Stretch = (Timestamp, Timestamp);

/// The days in which windows that come again are looked for.
struct Frame {
    first: Date,
    last: Date,
}

impl Freeze {
    /// Whether it holds at `now`, and when that changes.
    ///
    /// Where a window begins or ends at a time that the zone's clock has twice, or leaves out, the reading counts by which it
    /// freezes longer. What the clock shows twice is then frozen both times, if it is in the window at all.
    pub fn at(&self, now: Timestamp) -> FreezeState {
        let zone = match &self.timezone {
            None => Ok(TimeZone::UTC),
            Some(name) => TimeZone::get(name.as_str()),
        };
        // The name was looked up when it was read; a database that lost it since must not open anything.
        let Ok(zone) = zone else { return FreezeState::Frozen { until: None } };
        let today = zone.to_datetime(now).date();
        let mut is_frozen = false;
        for ahead in AHEAD {
            let frame = Frame::around(today, ahead);
            let horizon = self.horizon(&frame, &zone);
            let stretches = merged(self.frozen_spans(&frame).into_iter().map(|span| stretch(span, &zone)));
            let covers = |(from, until): &&Stretch| *from <= now && now < *until;
            let (change, frozen) = match stretches.iter().find(covers) {
                Some((_, until)) => (Some(*until), true),
                None => (stretches.iter().map(|(from, _)| *from).find(|from| *from > now), false),
            };
            is_frozen = frozen;
            if let Some(change) = change.filter(|change| *change < horizon) {
                return FreezeState::new(frozen, Some(change));
            }
        }
        FreezeState::new(is_frozen, None)
    }

    /// From where on a frame says nothing sure. A window of dates is whole in any.
    fn horizon(&self, frame: &Frame, zone: &TimeZone) -> Timestamp {
        match self.window {
            Window::Dates { .. } => Timestamp::MAX,
            _ => readings(first_of(frame.last), zone).0.checked_sub(SHIFT).unwrap_or(Timestamp::MIN),
        }
    }

    /// Where the wall clock says that nothing lands, in order, none touching the next.
    fn frozen_spans(&self, frame: &Frame) -> Vec<Civil> {
        let windows = merged(self.window.spans(frame).into_iter());
        if self.sense == FreezeSense::Closed {
            return windows;
        }
        let (mut from, end) = match self.window {
            Window::Dates { .. } => (DateTime::MIN, DateTime::MAX),
            _ => (first_of(frame.first), end_of(frame.last)),
        };
        let mut between = Vec::with_capacity(windows.len() + 1);
        for (opens, closes) in windows {
            between.push((from, opens));
            from = closes;
        }
        between.push((from, end));
        between.retain(|(from, until)| from < until);
        between
    }
}

impl FreezeState {
    fn new(is_frozen: bool, change: Option<Timestamp>) -> Self {
        if is_frozen { Self::Frozen { until: change } } else { Self::Open { next: change } }
    }
}

/// What several freezes say of `now`: which of them hold, when all are over, or when the first begins. A thaw that is more
/// than 400 days away is none in sight.
pub fn frozen<'f>(freezes: impl Iterator<Item = &'f Freeze>, now: Timestamp) -> FrozenBy<'f> {
    let all: Vec<(&Freeze, FreezeState)> = freezes.map(|freeze| (freeze, freeze.at(now))).collect();
    let holding = all.iter().filter(|(_, state)| matches!(state, FreezeState::Frozen { .. }));
    let freezes: Vec<&Freeze> = holding.map(|(freeze, _)| *freeze).collect();
    let state = if freezes.is_empty() {
        let begins = all.iter().filter_map(|(_, state)| match state {
            FreezeState::Open { next } => *next,
            FreezeState::Frozen { .. } => None,
        });
        FreezeState::Open { next: begins.min() }
    } else {
        FreezeState::Frozen { until: thaw(&all, now) }
    };
    FrozenBy { freezes, state }
}

/// The first moment from `now` on at which none holds: at the end of one another may have begun.
fn thaw(all: &[(&Freeze, FreezeState)], now: Timestamp) -> Option<Timestamp> {
    let limit = now.checked_add(SignedDuration::from_hours(24 * AHEAD[1])).unwrap_or(Timestamp::MAX);
    let mut moment = now;
    loop {
        let mut latest = None;
        for (freeze, _) in all {
            if let FreezeState::Frozen { until } = freeze.at(moment) {
                latest = latest.max(Some(until?));
            }
        }
        match latest {
            None => return Some(moment),
            Some(end) if end > limit => return None,
            Some(end) => moment = end,
        }
    }
}

impl Frame {
    fn around(today: Date, ahead: i64) -> Self {
        Self { first: days_from(today, -BACK), last: days_from(today, ahead) }
    }

    fn days(&self) -> impl Iterator<Item = Date> {
        let last = self.last;
        std::iter::successors(Some(self.first), move |day| day.tomorrow().ok().filter(|day| *day <= last))
    }
}

impl Window {
    /// The spans that begin on the days of a frame; of a window of dates the one that it is.
    fn spans(&self, frame: &Frame) -> Vec<Civil> {
        let is_on = |days: &[super::freeze::Day], day: Date| {
            days.iter().any(|named| *named as i8 == day.weekday().to_monday_zero_offset())
        };
        let days = frame.days();
        match self {
            Self::Dates { from, until } => vec![(*from, *until)],
            Self::Days(named) => {
                days.filter(|day| is_on(named, *day)).map(|day| (first_of(day), end_of(day))).collect()
            }
            Self::Daily { days: named, from, until } => days
                .filter(|day| named.is_empty() || is_on(named, *day))
                .map(|day| {
                    let last = if until > from { Some(day) } else { day.tomorrow().ok() };
                    (day.to_datetime(*from), last.map_or(DateTime::MAX, |day| day.to_datetime(*until)))
                })
                .collect(),
            Self::Weekly { from: (first, at), until: (last, end) } => {
                let between = (*last as i64 - *first as i64).rem_euclid(7);
                let length = if between == 0 && end <= at { 7 } else { between };
                days.filter(|day| is_on(&[*first], *day))
                    .map(|day| {
                        let last = day.checked_add(Span::new().days(length));
                        (day.to_datetime(*at), last.map_or(DateTime::MAX, |day| day.to_datetime(*end)))
                    })
                    .collect()
            }
        }
    }
}

/// A day so many after another, or the last that there is.
fn days_from(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

fn first_of(day: Date) -> DateTime {
    day.to_datetime(jiff::civil::Time::midnight())
}

fn end_of(day: Date) -> DateTime {
    day.tomorrow().map_or(DateTime::MAX, first_of)
}

/// Spans in order, those that touch or overlap as one.
fn merged<T: Ord + Copy>(spans: impl Iterator<Item = (T, T)>) -> Vec<(T, T)> {
    let mut sorted: Vec<(T, T)> = spans.filter(|(from, until)| from < until).collect();
    sorted.sort_unstable();
    let mut out: Vec<(T, T)> = Vec::with_capacity(sorted.len());
    for (from, until) in sorted {
        match out.last_mut() {
            Some((_, end)) if from <= *end => *end = until.max(*end),
            _ => out.push((from, until)),
        }
    }
    out
}

/// The moments of a frozen span of wall-clock time, by the readings that make it longest.
fn stretch((from, until): Civil, zone: &TimeZone) -> Stretch {
    let end = if until == DateTime::MAX { Timestamp::MAX } else { readings(until, zone).1 };
    (readings(from, zone).0, end)
}

/// The earliest and the latest moment that a time of the wall clock may mean.
fn readings(time: DateTime, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let (one, other) = match zone.to_ambiguous_timestamp(time).offset() {
        AmbiguousOffset::Unambiguous { offset } => (offset, offset),
        AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => (before, after),
    };
    let beyond = if time.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let read = |offset: jiff::tz::Offset| offset.to_timestamp(time).unwrap_or(beyond);
    let (one, other) = (read(one), read(other));
    (one.min(other), one.max(other))
}

#[cfg(test)]
mod tests {
    use super::super::freeze::{Day, Moment, ZoneName};
    use super::*;
    use proptest::prelude::*;

    const ZONES: [&str; 10] = [
        "UTC",
        "Asia/Shanghai",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
        "America/Havana",
        "America/Sao_Paulo",
        "Asia/Kathmandu",
    ];

    fn freeze(window: Window, sense: FreezeSense, zone: &str) -> Freeze {
        Freeze {
            window,
            sense,
            timezone: Some(ZoneName::new(zone).unwrap()),
            reason: None,
            exempt: Vec::new(),
            environments: Vec::new(),
        }
    }

    fn between(from: &str, until: &str, days: &[Day]) -> Window {
        Window::between(Moment::new(from).unwrap(), Moment::new(until).unwrap(), days.to_vec()).unwrap()
    }

    fn closed(from: &str, until: &str, days: &[Day], zone: &str) -> Freeze {
        freeze(between(from, until, days), FreezeSense::Closed, zone)
    }

    fn allowed(from: &str, until: &str, days: &[Day], zone: &str) -> Freeze {
        freeze(between(from, until, days), FreezeSense::Open, zone)
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn until(text: &str) -> FreezeState {
        FreezeState::Frozen { until: Some(at(text)) }
    }

    fn next(text: &str) -> FreezeState {
        FreezeState::Open { next: Some(at(text)) }
    }

    #[test]
    fn a_weekend_is_one_span_and_ends_with_its_last_minute() {
        let weekend = closed("fri 16:00", "mon 08:00", &[], "Asia/Shanghai");
        assert_eq!(weekend.at(at("2026-07-03T07:59:59Z")), next("2026-07-03T08:00:00Z"));
        assert_eq!(weekend.at(at("2026-07-03T08:00:00Z")), until("2026-07-06T00:00:00Z"));
        assert_eq!(weekend.at(at("2026-07-05T12:00:00Z")), until("2026-07-06T00:00:00Z"));
        assert_eq!(weekend.at(at("2026-07-06T00:00:00Z")), next("2026-07-10T08:00:00Z"));
        let working = allowed("mon 08:00", "fri 16:00", &[], "Asia/Shanghai");
        for moment in ["2026-07-03T07:59:59Z", "2026-07-03T08:00:00Z", "2026-07-06T00:00:00Z"] {
            assert_eq!(working.at(at(moment)), weekend.at(at(moment)), "the inverse says the same at {moment}");
        }
    }

    #[test]
    fn a_freeze_without_a_zone_stands_in_utc() {
        let mut days = freeze(Window::of_days(vec![Day::Saturday, Day::Sunday]), FreezeSense::Closed, "Asia/Shanghai");
        assert_eq!(days.at(at("2026-07-04T00:00:00Z")), until("2026-07-05T16:00:00Z"));
        days.timezone = None;
        assert_eq!(days.at(at("2026-07-04T00:00:00Z")), until("2026-07-06T00:00:00Z"), "the two days are one stretch");
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        let night = closed("18:00", "08:00", &[Day::Friday], "UTC");
        assert_eq!(night.at(at("2026-07-03T07:00:00Z")), next("2026-07-03T18:00:00Z"));
        assert_eq!(night.at(at("2026-07-04T07:59:00Z")), until("2026-07-04T08:00:00Z"));
        assert_eq!(night.at(at("2026-07-04T19:00:00Z")), next("2026-07-10T18:00:00Z"));
    }

    #[test]
    fn dates_end_before_their_last() {
        let holidays = closed("2026-12-21", "2027-01-04", &[], "Europe/Berlin");
        assert_eq!(holidays.at(at("2020-01-01T00:00:00Z")), next("2026-12-20T23:00:00Z"));
        assert_eq!(holidays.at(at("2027-01-03T22:59:59Z")), until("2027-01-03T23:00:00Z"));
        assert_eq!(holidays.at(at("2027-01-03T23:00:00Z")), FreezeState::Open { next: None });
        let only = allowed("2026-12-21", "2027-01-04", &[], "Europe/Berlin");
        assert_eq!(only.at(at("2020-01-01T00:00:00Z")), until("2026-12-20T23:00:00Z"));
        assert_eq!(only.at(at("2026-12-24T00:00:00Z")), next("2027-01-03T23:00:00Z"));
        assert_eq!(only.at(at("2027-01-03T23:00:00Z")), FreezeState::Frozen { until: None });
    }

    #[test]
    fn what_always_or_never_holds_has_no_end() {
        let every = Day::WORDS.iter().map(|(_, day)| *day).collect::<Vec<_>>();
        let now = at("2026-07-03T07:00:00Z");
        let state = |sense| freeze(Window::of_days(every.clone()), sense, "Europe/Berlin").at(now);
        assert_eq!(state(FreezeSense::Closed), FreezeState::Frozen { until: None });
        assert_eq!(state(FreezeSense::Open), FreezeState::Open { next: None });
    }

    #[test]
    fn an_hour_that_is_there_twice_is_frozen_by_the_longer_reading() {
        // Berlin, 2026-10-25: 03:00 CEST is 02:00 CET, at 01:00Z; 02:30 is 00:30Z and 01:30Z.
        let sunday = [Day::Sunday];
        let begins = closed("02:30", "08:00", &sunday, "Europe/Berlin");
        assert_eq!(begins.at(at("2026-10-25T00:29:59Z")), next("2026-10-25T00:30:00Z"));
        assert_eq!(begins.at(at("2026-10-25T01:10:00Z")), until("2026-10-25T07:00:00Z"), "02:10, the second time");
        let ends = closed("00:00", "02:30", &sunday, "Europe/Berlin");
        assert_eq!(ends.at(at("2026-10-25T00:45:00Z")), until("2026-10-25T01:30:00Z"));
        let opens = allowed("02:30", "08:00", &sunday, "Europe/Berlin");
        assert_eq!(opens.at(at("2026-10-25T00:45:00Z")), until("2026-10-25T01:30:00Z"));
        let closes = allowed("00:00", "02:30", &sunday, "Europe/Berlin");
        assert_eq!(closes.at(at("2026-10-25T00:00:00Z")), next("2026-10-25T00:30:00Z"));
        let within = allowed("02:15", "02:45", &sunday, "Europe/Berlin");
        assert_eq!(within.at(at("2026-10-25T00:20:00Z")), until("2026-11-01T01:15:00Z"), "that day it opens nothing");
    }

    #[test]
    fn an_hour_that_is_left_out_is_frozen_by_the_longer_reading() {
        // Berlin, 2026-03-29: 02:00 CET is 03:00 CEST, at 01:00Z; 02:30 is 00:30Z by the one and 01:30Z by the other.
        let sunday = [Day::Sunday];
        let begins = closed("02:30", "08:00", &sunday, "Europe/Berlin");
        assert_eq!(begins.at(at("2026-03-29T00:00:00Z")), next("2026-03-29T00:30:00Z"));
        let ends = closed("00:00", "02:30", &sunday, "Europe/Berlin");
        assert_eq!(ends.at(at("2026-03-29T00:00:00Z")), until("2026-03-29T01:30:00Z"));
        let opens = allowed("02:30", "08:00", &sunday, "Europe/Berlin");
        assert_eq!(opens.at(at("2026-03-29T01:15:00Z")), until("2026-03-29T01:30:00Z"));
        let closes = allowed("00:00", "02:30", &sunday, "Europe/Berlin");
        assert_eq!(closes.at(at("2026-03-29T00:00:00Z")), next("2026-03-29T00:30:00Z"));
    }

    #[test]
    fn a_freeze_shorter_than_the_hour_that_is_left_out_reaches_no_further_than_its_own_ends() {
        // Casablanca, 2020-05-31: 02:00+00 is 03:00+01, at 02:00Z; 02:00 is 01:00Z by the one and 02:00Z by the other.
        let ends = allowed("02:00", "01:24", &[], "Africa/Casablanca");
        assert_eq!(ends.at(at("2020-05-31T01:10:00Z")), next("2020-05-31T01:24:00Z"), "the window is open until 01:24");
        assert_eq!(ends.at(at("2020-05-31T01:24:00Z")), until("2020-05-31T02:00:00Z"));
        assert_eq!(ends.at(at("2020-05-31T02:00:00Z")), next("2020-06-01T00:24:00Z"));
        let begins = closed("02:30", "03:10", &[], "Africa/Casablanca");
        assert_eq!(begins.at(at("2020-05-31T01:30:00Z")), until("2020-05-31T02:10:00Z"), "03:10+01");
        assert_eq!(begins.at(at("2020-05-31T02:10:00Z")), next("2020-06-01T01:30:00Z"));
    }

    #[test]
    fn a_day_that_a_zone_left_out_freezes_by_both_its_readings() {
        // Apia had no 2011-12-30, a Friday: 2011-12-29T24:00-10:00 is 2011-12-31T00:00+14:00, at 10:00Z on the 30th.
        let friday = |sense| freeze(Window::of_days(vec![Day::Friday]), sense, "Pacific/Apia");
        assert_eq!(friday(FreezeSense::Closed).at(at("2011-12-29T12:00:00Z")), until("2011-12-30T10:00:00Z"));
        assert_eq!(friday(FreezeSense::Closed).at(at("2011-12-30T10:00:00Z")), next("2012-01-05T10:00:00Z"));
        assert_eq!(friday(FreezeSense::Open).at(at("2011-12-30T10:00:00Z")), until("2012-01-05T10:00:00Z"));
    }

    #[test]
    fn several_freezes_are_over_when_the_last_is() {
        let weekend = closed("fri 16:00", "mon 08:00", &[], "UTC");
        let monday = closed("07:00", "10:00", &[Day::Monday], "UTC");
        let release = closed("2026-07-06 10:00", "2026-07-06 12:00", &[], "UTC");
        let all = [&weekend, &monday, &release];
        let saturday = frozen(all.into_iter(), at("2026-07-04T00:00:00Z"));
        assert_eq!((saturday.freezes, saturday.state), (vec![&weekend], until("2026-07-06T12:00:00Z")));
        let both = frozen(all.into_iter(), at("2026-07-06T07:30:00Z"));
        assert_eq!(both.freezes, [&weekend, &monday]);
        let open = frozen(all.into_iter(), at("2026-07-06T12:00:00Z"));
        assert_eq!((open.freezes, open.state), (vec![], next("2026-07-10T16:00:00Z")));
        assert_eq!(frozen(std::iter::empty(), Timestamp::MIN).state, FreezeState::Open { next: None });
        let (day, night) = (closed("08:00", "20:00", &[], "UTC"), closed("20:00", "08:00", &[], "UTC"));
        let never = frozen([&day, &night].into_iter(), at("2026-07-06T12:00:00Z"));
        assert_eq!(never.state, FreezeState::Frozen { until: None }, "one begins where the other ends");
    }

    /// Minutes since 1970, of moments or of a wall clock.
    fn minutes(moment: Timestamp) -> i64 {
        moment.as_second().div_euclid(60)
    }

    fn of_minutes(minutes: i64) -> Timestamp {
        Timestamp::from_second(minutes * 60).unwrap()
    }

    /// Whether the wall clock of that minute is in the window, and the sense makes that a freeze.
    fn clock_is_frozen(freeze: &Freeze, wall: i64) -> bool {
        let (date, minute) = (wall.div_euclid(1440), wall.rem_euclid(1440));
        let weekday = (date + 3).rem_euclid(7);
        let of_time = |time: jiff::civil::Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
        let on = |days: &[Day], weekday: i64| days.is_empty() || days.iter().any(|day| *day as i64 == weekday);
        let in_window = match &freeze.window {
            Window::Weekly { from, until } => {
                let of_week = |(day, time): (Day, jiff::civil::Time)| day as i64 * 1440 + of_time(time);
                let length = (of_week(*until) - of_week(*from)).rem_euclid(7 * 1440);
                (weekday * 1440 + minute - of_week(*from)).rem_euclid(7 * 1440) < length
            }
            Window::Days(days) => on(days, weekday),
            Window::Daily { days, from, until } => {
                let (from, until) = (of_time(*from), of_time(*until));
                if from < until {
                    on(days, weekday) && from <= minute && minute < until
                } else {
                    (on(days, weekday) && minute >= from) || (on(days, (weekday + 6) % 7) && minute < until)
                }
            }
            Window::Dates { from, until } => {
                let of_date = |date: &DateTime| minutes(jiff::tz::Offset::UTC.to_timestamp(*date).unwrap());
                of_date(from) <= wall && wall < of_date(until)
            }
        };
        in_window == (freeze.sense == FreezeSense::Closed)
    }

    /// Each minute from `first` to `last`: frozen where the clock says so, and between the two readings of a boundary that
    /// the clock shows twice or never, as far as the other boundary lets it.
    fn model(freeze: &Freeze, first: i64, last: i64) -> Vec<bool> {
        let zone = TimeZone::get(freeze.timezone.as_ref().unwrap().as_str()).unwrap();
        let offset = |minute: i64| i64::from(zone.to_offset(of_minutes(minute)).seconds()) / 60;
        let (mut out, mut now) = (Vec::new(), offset(first));
        for minute in first..last {
            if minute % 15 == 0 {
                now = offset(minute);
            }
            out.push(clock_is_frozen(freeze, minute + now));
        }
        for turn in (first - 2880..last + 2880).filter(|minute| minute % 15 == 0) {
            let (before, after) = (offset(turn - 1), offset(turn));
            let (low, high) = (before.min(after), before.max(after));
            for wall in turn + low..turn + high {
                let begins = clock_is_frozen(freeze, wall);
                if begins == clock_is_frozen(freeze, wall - 1) {
                    continue;
                }
                let (mut from, mut until) = (wall - high, wall - low);
                let lengths = 1..=high - low;
                // A stretch that is shorter than the turn has its other end beyond it, where the clock is plain.
                if begins {
                    let end = lengths.map(|length| wall + length).find(|end| !clock_is_frozen(freeze, *end));
                    until = until.min(end.filter(|end| *end >= turn + high).map_or(until, |end| end - after));
                } else {
                    let begin = lengths.map(|length| wall - length).find(|begin| !clock_is_frozen(freeze, begin - 1));
                    from = from.max(begin.filter(|begin| *begin < turn + low).map_or(from, |begin| begin - before));
                }
                for minute in from.max(first)..until.min(last) {
                    out[(minute - first) as usize] = true;
                }
            }
        }
        out
    }

    fn any_time() -> impl Strategy<Value = jiff::civil::Time> {
        let near_turns = (0..4_i8, prop_oneof![Just(0), Just(15), Just(30), 0..60_i8]);
        let any = (0..24_i8, 0..60_i8);
        prop_oneof![near_turns, any].prop_map(|(hour, minute)| jiff::civil::time(hour, minute, 0, 0))
    }

    fn any_day() -> impl Strategy<Value = Day> {
        prop_oneof![Just(6_usize), 0..7_usize].prop_map(|at| Day::WORDS[at].1)
    }

    fn any_days(least: usize) -> impl Strategy<Value = Vec<Day>> {
        proptest::collection::btree_set(any_day(), least..5).prop_map(|days| days.into_iter().collect())
    }

    /// A moment within days of the zone's next change of its clock, where there is one.
    fn near_a_turn(zone: &str, second: i64, away: i64) -> Timestamp {
        let moment = Timestamp::from_second(second).unwrap();
        let zone = TimeZone::get(zone).unwrap();
        let turn = zone.following(moment).next().map(|turn| turn.timestamp()).filter(|turn| turn.as_second() < FAR);
        of_minutes(minutes(turn.unwrap_or(moment)) + away)
    }

    /// 1975.
    const NEAR: i64 = 157_766_400;
    /// 2040.
    const FAR: i64 = 2_208_988_800;

    prop_compose! {
        fn any_case()(
            zone in proptest::sample::select(&ZONES[..]), second in NEAR..FAR, away in -5 * 1440..1440_i64,
            times in (any_time(), any_time()), days in (any_day(), any_day()), some in any_days(1), maybe in any_days(0),
            is_open in any::<bool>(), kind in 0..4_u8, length in 1..4000_i64,
        ) -> (Freeze, Timestamp) {
            let now = near_a_turn(zone, second, away);
            let local = TimeZone::get(zone).unwrap().to_datetime(now);
            let begin = local.date().to_datetime(times.0);
            let window = match kind {
                0 => Window::Weekly { from: (days.0, times.0), until: (days.1, times.1) },
                1 => Window::Days(some),
                2 => Window::Daily { days: maybe, from: times.0, until: times.1 },
                _ => Window::Dates { from: begin, until: begin.checked_add(Span::new().minutes(length)).unwrap() },
            };
            (freeze(window, if is_open { FreezeSense::Open } else { FreezeSense::Closed }, zone), now)
        }
    }

    /// Whether it is frozen, and the change.
    fn parts(state: FreezeState) -> (bool, Option<Timestamp>) {
        match state {
            FreezeState::Frozen { until } => (true, until),
            FreezeState::Open { next } => (false, next),
        }
    }

    /// Windows that begin where they end are refused when they are read.
    fn is_real(window: &Window) -> bool {
        !matches!(window, Window::Weekly { from, until } if from == until)
            && !matches!(window, Window::Daily { from, until, .. } if from == until)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn every_answer_is_that_of_a_model_minute_by_minute((freeze, now) in any_case()) {
            prop_assume!(is_real(&freeze.window));
            let (first, last) = (minutes(now), minutes(now) + 9 * 1440);
            let model = model(&freeze, first, last);
            for start in [0, 61, 1440, 3333] {
                let moment = of_minutes(first + start as i64);
                let changed = (start..model.len()).find(|at| model[*at] != model[start]);
                let change = changed.map(|at| of_minutes(first + at as i64));
                let (is_frozen, told) = parts(freeze.at(moment));
                prop_assert_eq!(is_frozen, model[start], "{}", moment);
                match change {
                    Some(_) => prop_assert_eq!(told, change, "from {}", moment),
                    None => prop_assert!(told.is_none_or(|told| told >= of_minutes(last)), "{told:?}"),
                }
                let later = freeze.at(moment.checked_add(SignedDuration::from_secs(59)).unwrap());
                prop_assert_eq!(parts(later), (is_frozen, told), "the minute is one");
            }
        }

        #[test]
        fn several_are_open_where_the_models_of_all_are(
            (one, now) in any_case(), other in any_case(), third in any_case(),
        ) {
            let all = [one, other.0, third.0];
            prop_assume!(all.iter().all(|freeze| is_real(&freeze.window)));
            let (first, last) = (minutes(now), minutes(now) + 9 * 1440);
            let models: Vec<Vec<bool>> = all.iter().map(|freeze| model(freeze, first, last)).collect();
            let any = |at: usize| models.iter().any(|model| model[at]);
            let change = (0..models[0].len()).find(|at| any(*at) != any(0)).map(|at| of_minutes(first + at as i64));
            let told = frozen(all.iter(), now);
            let holding: Vec<&Freeze> = all.iter().zip(&models).filter(|(_, model)| model[0]).map(|(one, _)| one).collect();
            prop_assert_eq!(told.freezes, holding);
            let (is_frozen, until) = parts(told.state);
            prop_assert_eq!(is_frozen, any(0));
            match change {
                Some(_) => prop_assert_eq!(until, change),
                None => prop_assert!(until.is_none_or(|until| until >= of_minutes(last))),
            }
        }

        #[test]
        fn no_moment_is_too_early_or_too_late((freeze, _) in any_case(), nanos in any::<i64>(), near in 0..4_000_000_i64) {
            let whole = i128::from(nanos) * 27;
            let seconds = [Timestamp::MIN.as_second() + near, Timestamp::MAX.as_second() - near];
            let ends = seconds.map(|second| Timestamp::from_second(second).unwrap());
            let any = Timestamp::from_nanosecond(whole).unwrap_or(Timestamp::MAX);
            for moment in [Timestamp::MIN, Timestamp::MAX, any, ends[0], ends[1]] {
                let (_, change) = parts(freeze.at(moment));
                prop_assert!(change.is_none_or(|change| change > moment));
                frozen([&freeze, &freeze].into_iter(), moment);
            }
        }
    }
}
