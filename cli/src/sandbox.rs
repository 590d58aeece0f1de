//! stub
use crate::exit::{Ending, Failure};
pub(crate) fn run(_: &crate::args::Sandbox) -> Result<Ending, Failure> { todo!() }
