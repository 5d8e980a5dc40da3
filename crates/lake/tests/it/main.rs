mod answers;
mod formats;
mod samples;
mod tables;
