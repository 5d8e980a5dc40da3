//! Telemetry as a test would leave it, with an ordinary day around it, for hosts that do not exist.
//!
//! In: a test or families of a pack, hosts, a seed, a moment. Out: events in the order of time, and then (`emit`) the bytes that a product would write.
//! The same [`Scene`] gives the same bytes, whoever asks and whenever. No disk, no clock.

mod act;
pub(crate) mod emit;
pub(crate) mod event;
pub(crate) mod labels;
mod noise;
mod random;
mod stage;

use detect::atomic::{Atomic, Family, Values};
use semantics::time::TICKS_PER_MINUTE;

pub(crate) use event::Event;
use stage::Stage;

/// What is to be shown.
pub(crate) struct Scene<'t> {
    /// The test that is run, with the values of its inputs.
    pub(crate) test: Option<(&'t Atomic, &'t Values)>,
    /// Families of benign programs, which run on every host.
    pub(crate) families: Vec<&'t Family>,
    /// How many hosts there are.
    pub(crate) hosts: usize,
    /// On how many of them, from the first, the test is run.
    pub(crate) targets: usize,
    pub(crate) seed: u64,
    /// When the test begins, in ticks.
    pub(crate) start: i64,
    /// How long families and noise go on, in ticks, from half an hour before the test.
    pub(crate) span: i64,
    /// Is there an ordinary day around it?
    pub(crate) has_noise: bool,
}

/// The noise begins so long before the test.
pub(crate) const LEAD_TICKS: i64 = 30 * TICKS_PER_MINUTE;

/// Events of a scene at most: beyond that the memory of a small machine is full.
const EVENTS_MAX: usize = 5_000_000;

/// Plays a scene.
///
/// # Errors
/// What a step or an input says that cannot be, and a scene that is too large.
pub(crate) fn play(scene: &Scene<'_>) -> Result<Vec<Event>, String> {
    let mut events = vec![];
    let (from, to) = (scene.start - LEAD_TICKS, scene.start - LEAD_TICKS + scene.span);
    for number in 0..scene.hosts {
        if let Some((atomic, values)) = scene.test.filter(|_| number < scene.targets) {
            let Some(behavior) = &atomic.behavior else {
                return Err(format!("{} has no behavior.yaml, so nothing is known of what it does", atomic.slug));
            };
            let mut stage = Stage::new(scene.seed, number, "test", "test");
            // One person does not start a command on several hosts within the same second.
            let start = scene.start + stage.random.between(0, 20 * TICKS_PER_MINUTE) * i64::from(number > 0);
            act::play(&mut stage, behavior, values, start)?;
            events.append(&mut stage.events);
        }
        for family in &scene.families {
            let mut stage = Stage::new(scene.seed, number, &family.name, &family.name);
            act::play_family(&mut stage, family, from, to)?;
            events.append(&mut stage.events);
        }
        if scene.has_noise {
            let mut stage = Stage::new(scene.seed, number, "noise", "noise");
            noise::record(&mut stage, from, to);
            events.append(&mut stage.events);
        }
        if events.len() > EVENTS_MAX {
            return Err(format!("more than {EVENTS_MAX} events; fewer hosts or less time"));
        }
    }
    // Stable: what happens at one moment stays in the order in which it was played.
    events.sort_by_key(|event| event.time);
    Ok(events)
}
