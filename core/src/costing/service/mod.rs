//! Service departments (auxiliary production) passed on to those they serve (`C19`).
//!
//! | method | services to other departments | order |
//! |---|---|---|
//! | direct | ignored | none |
//! | step-down | to departments that are not closed yet | as given |
//! | mutual (交互分配) | once, at `cost ÷ all services` | none |
//! | algebraic (代数分配) | all, solved as simultaneous equations | none |
//! | planned price (计划成本分配) | at the planned rate; the difference goes to a named receiver | none |
//!
//! A department's use of its own service does not count. Whatever the method, every department passes on exactly what it
//! has: `Σ received by the rest = Σ cost of the departments`, to the last cent.

mod algebraic;
mod book;
mod methods;
mod types;

#[cfg(test)]
mod tests;

pub use types::{
    MAX_SIMULTANEOUS, ServiceCharge, ServiceDepartment, ServiceMethod, ServicePassed, ServiceReceiver,
    ServiceRequest, ServiceResult, ServiceUse, service_departments,
};
