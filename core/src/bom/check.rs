//! The structure as a whole: free of cycles, not too deep (promise 7).

use crate::bom::book::{BomBook, NO_SITE, Version};
use crate::bom::graph::{Csr, CyclePath, levels};
use crate::bom::{BomError, ItemFacts};
use crate::run::Limits;

/// Low-level codes of all items over all usable versions, whatever their dates (`P10`).
///
/// Outputs are no arcs: a by-product may go back into its own process. Where only different sites together make
/// a cycle, each site is checked by itself and there are no common codes; if that passes the work limit, the
/// cycle is refused as it is.
pub(super) fn check_structure(
    book: &BomBook,
    facts: &ItemFacts,
    limits: &Limits,
) -> Result<Option<Vec<u32>>, BomError> {
    let all = book.structure(facts, |_| true);
    let path = match levels(&all) {
        Ok(codes) => return within_depth(&codes, limits).map(|()| Some(codes)),
        Err(path) => path,
    };
    let mut sites: Vec<u32> = book.versions.iter().map(|v| v.site).filter(|&s| s != NO_SITE).collect();
    sites.sort_unstable();
    sites.dedup();
    let work = (sites.len() as u64 + 1).saturating_mul(book.lines.len() as u64 + u64::from(facts.len()));
    if !crosses_sites(book, &path) || work > limits.work {
        return Err(loop_of(facts, &path));
    }
    for site in sites.into_iter().chain([NO_SITE]) {
        let codes =
            levels(&book.structure(facts, |v| at_site(v, site))).map_err(|path| loop_of(facts, &path))?;
        within_depth(&codes, limits)?;
    }
    Ok(None)
}

/// Whether a step of the path exists only at a site; if none does, no site is free of the cycle.
fn crosses_sites(book: &BomBook, path: &CyclePath) -> bool {
    path.nodes().iter().any(|&item| book.of_product(item).any(|v| book.versions[v].site != NO_SITE))
}

fn at_site(version: &Version, site: u32) -> bool {
    version.site == site || version.site == NO_SITE
}

fn within_depth(codes: &[u32], limits: &Limits) -> Result<(), BomError> {
    let n = limits.depth();
    if codes.iter().any(|&code| code > n) { Err(BomError::DepthLimit { n }) } else { Ok(()) }
}

pub(super) fn loop_of(facts: &ItemFacts, path: &CyclePath) -> BomError {
    BomError::Loop { path: path.nodes().iter().map(|&item| facts.name(item).into()).collect() }
}

impl BomBook {
    /// Arcs product → component of the usable versions chosen, over item numbers.
    pub(super) fn structure(&self, facts: &ItemFacts, chosen: impl Fn(&Version) -> bool) -> Csr {
        Csr::from_arcs(facts.len() as usize, || {
            let used = self.versions.iter().filter(|v| v.usable && chosen(v));
            used.flat_map(|v| self.lines_of(v).iter().map(|line| (v.product, line.component)))
        })
    }

    /// Low-level codes that hold at a site.
    pub(crate) fn levels_at(
        &self,
        facts: &ItemFacts,
        site: u32,
    ) -> Result<std::borrow::Cow<'_, [u32]>, BomError> {
        if let Some(codes) = &self.levels {
            return Ok(codes.into());
        }
        let codes =
            levels(&self.structure(facts, |v| at_site(v, site))).map_err(|path| loop_of(facts, &path))?;
        Ok(codes.into())
    }
}
