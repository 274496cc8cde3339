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
    CostUnit "COST_UNIT" "{item} costs {about} a unit: {value} for {qty}." "{item}单位成本{about}:{qty}共{value}。";
    CostOpening "COST_OPENING" "{qty} for {value} was there at the start." "期初{qty},金额{value}。";
    CostIn "COST_IN" "{doc} of {date} brought in {qty} for {value}." "{doc}({date})入库{qty},金额{value}。";
    CostTransfer "COST_TRANSFER" "{doc} moved in {qty} for {value} from {pool}." "{doc}自{pool}调入{qty},金额{value}。";
    CostReceipt "COST_RECEIPT" "{doc}: order {order} gave {qty} for {value}." "{doc}:任务单{order}入库{qty},金额{value}。";
    CostLate "COST_LATE" "Order {order} added {value} after its last receipt." "任务单{order}入库后追加成本{value}。";
    CostOrder "COST_ORDER" "Order {order}: opening {opening} + input {input} = finished {finished} + in process {closing} + scrapped {scrapped}." "任务单{order}:期初{opening}+投入{input}=完工{finished}+在产{closing}+报废{scrapped}。";
    CostElement "COST_ELEMENT" "{element}: opening {opening} + input {input} = finished {finished} + in process {closing} + scrapped {scrapped}." "{element}:期初{opening}+投入{input}=完工{finished}+在产{closing}+报废{scrapped}。";
    CostIssue "COST_ISSUE" "{doc}: {qty} of {item} issued for {value}." "{doc}:领用{item} {qty},金额{value}。";
    CostCharge "COST_CHARGE" "{doc}: {value} charged." "{doc}:直接计入{value}。";
    CostShare "COST_SHARE" "{doc}: {value} of {total}, shared by {rule}." "{doc}:按{rule}分摊{total}中的{value}。";
    CostProduct "COST_PRODUCT" "{item} takes {value} for {qty}." "{item} {qty}承担{value}。";
    CostLoopLine "COST_LOOP_LINE" "{doc} closes a circle: {qty} of {item} left at {value} before the rest was averaged ({rule})." "{doc}形成循环:{item} {qty}先按{value}转出({rule}),其余再加权平均。";
    CostSeen "COST_SEEN" "{item} is opened above." "{item}见上。";
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
