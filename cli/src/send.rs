//! stub
use crate::exit::{Ending, Failure};
pub(crate) fn run(_: crate::args::Send, _: matchback::Config) -> Result<Ending, Failure> { todo!() }
