//! The catalogue of statements that a reason tree is made of.
//!
//! To add a statement, add one row: variant, stable code, English text, Chinese text.

use super::Lang;

/// Builds `Why` and its tables from the rows below.
macro_rules! statements {
    ($($variant:ident $code:literal $en:literal $zh:literal;)*) => {
        /// What a node of a reason tree states. The text form (`NET_STEP`) never changes once published.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Why {
            $(#[doc = concat!("`", $code, "`: ", $en)] $variant,)*
        }

        impl Why {
            /// Every statement, in the order of the rows.
            pub(super) const fn list() -> &'static [Why] {
                &[$(Why::$variant,)*]
            }

            /// The stable text of the statement, such as `NET_STEP`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Why::$variant => $code,)* }
            }

            /// The text template in `lang`; parameters stand in braces.
            #[must_use]
            pub const fn message(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Why::$variant, Lang::En) => $en, (Why::$variant, Lang::Zh) => $zh,)* }
            }

            pub(super) fn lookup(text: &str) -> Option<Why> {
                match text { $($code => Some(Why::$variant),)* _ => None }
            }
        }
    };
}

statements! {
    OrderForNet "ORDER_FOR_NET" "{order}: {qty} of {item} on {date} covers a net need of {net}." "{order}:{date} {item} {qty},满足净需求{net}。";
    NetStep "NET_STEP" "On {date}: balance {before}, gross {gross}, receipts {receipts}, safety stock {safety}, net need {net}." "{date}:结余{before},毛需求{gross},预计入库{receipts},安全库存{safety},净需求{net}。";
    LotRule "LOT_RULE" "Lot-sizing rule {rule} makes {qty} from a need of {need}; surplus {surplus}." "批量规则{rule}:需求{need}取{qty},多余{surplus}。";
    Demand "DEMAND" "{kind} {id} needs {qty} on {date}." "{kind}{id}在{date}需{qty}。";
    ParentOrder "PARENT_ORDER" "Order {order} of {item} needs {qty} on {date}." "{item}的订单{order}在{date}需{qty}。";
    Safety "SAFETY" "{qty} refills the safety stock." "{qty}用于补足安全库存。";
    Stock "STOCK" "{qty} comes from stock." "{qty}来自库存。";
    Receipt "RECEIPT" "{qty} comes from {doc}, due {date}." "{qty}来自{doc},到期日{date}。";
    SourceChoice "SOURCE_CHOICE" "Source {source} was chosen by {rule}." "货源{source}按{rule}选定。";
    LeadTime "LEAD_TIME" "To be ready on {due} it starts on {start}: {days} days." "为在{due}完成,须于{start}开始,共{days}天。";
    Short "SHORT" "It stays short: {code}." "仍缺:{code}。";
    Substitute "SUBSTITUTE" "{qty} of {item} stands in for it." "由{item} {qty}替代。";
    More "MORE" "{n} more." "另有{n}项。";
}
