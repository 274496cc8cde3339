//! The catalogue of finding codes: the one place where a code, its severity and its two texts are written.
//!
//! To add a code, add one row in alphabetical order: variant, code, severity, English text, Chinese text.
//! `{name}` in a text is a parameter; both texts of a row name the same parameters where the language needs
//! them, and callers give them with `Finding::with`. A code, once published, keeps its meaning.

use super::{Lang, Severity};

/// Builds `Code` and its tables from the rows below.
macro_rules! catalogue {
    ($($variant:ident $code:literal $severity:ident $en:literal $zh:literal;)*) => {
        /// A stable code of a finding or an error. The text form (`BOM_LOOP`) never changes once published;
        /// its order is that of the text, so sorted output does not depend on where a row stands here.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $code, "`: ", $en)] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the rows.
            pub(super) const fn list() -> &'static [Code] {
                &[$(Code::$variant,)*]
            }

            /// The stable text of the code, such as `BOM_LOOP`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $code,)* }
            }

            /// How serious a finding with this code is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// The text template in `lang`; parameters stand in braces.
            #[must_use]
            pub const fn message(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Code::$variant, Lang::En) => $en, (Code::$variant, Lang::Zh) => $zh,)* }
            }

            pub(super) fn lookup(text: &str) -> Option<Code> {
                match text { $($code => Some(Code::$variant),)* _ => None }
            }
        }
    };
}

catalogue! {
    AccrualClosed "ACCRUAL_CLOSED" Error "The fee accrual of receipt {doc} is already cleared; enter a refund or an additional fee instead." "入库单{doc}的暂估已冲完,请改录退费或追加费用。";
    ActivityNotSupported "ACTIVITY_NOT_SUPPORTED" Error "Activity {activity} is not available for area {area}." "{area}不支持活动{activity}。";
    AdjustNegativeValue "ADJUST_NEGATIVE_VALUE" Error "The adjustment would make the stock value of {item} negative ({value})." "调整后{item}库存金额为负({value})。";
    AdjustZeroStock "ADJUST_ZERO_STOCK" Warning "No stock of {item} is left; {amount} goes to cost of sales." "{item}已无库存,差异{amount}计入销售成本。";
    AllocationSign "ALLOCATION_SIGN" Error "The residue would turn the share of {line} negative; use the largest-remainder rule." "尾差会使{line}变号,请用最大余数法。";
    AllowanceRange "ALLOWANCE_RANGE" Error "The normal-loss allowance must lie between 0 and 1." "正常损耗率须在0到1之间。";
    AlreadyAllocated "ALREADY_ALLOCATED" Error "These overheads are already allocated; undo the allocation first." "费用已分配,请先取消分配。";
    AlreadyCovered "ALREADY_COVERED" Info "The shortage of {item} is already covered by {doc}." "{item}缺料已由{doc}覆盖。";
    AnalysisStale "ANALYSIS_STALE" Warning "Stock has moved since the analysis; run it again." "分析后库存已变动,请重新分析。";
    BackflushAlreadyDone "BACKFLUSH_ALREADY_DONE" Error "Receipt {doc} has already been backflushed." "入库单{doc}已倒冲。";
    BackflushSerialRequired "BACKFLUSH_SERIAL_REQUIRED" Error "{item} is serial-controlled; enter the serial numbers used." "{item}启用序列号,请录入耗用序列号。";
    BackflushShort "BACKFLUSH_SHORT" Error "Backflush needs {need} of {item}, only {available} in {warehouse}." "倒冲{item}需{need},{warehouse}仅有{available}。";
    BaseMissing "BASE_MISSING" Error "No {base} for orders {orders}; the overhead cannot be shared." "订单{orders}缺少分配标准{base}。";
    BaseZero "BASE_ZERO" Error "The allocation base of {workshop}/{expense} adds up to zero; choose another base or allocate by hand." "{workshop}/{expense}分配标准合计为零,请更换标准或手工分配。";
    BelowSafety "BELOW_SAFETY" Warning "{item} falls below its safety stock on {from}: {to}." "{item}在{from}低于安全库存:{to}。";
    BomLoop "BOM_LOOP" Error "The bill of material loops: {path}." "BOM循环:{path}。";
    BomNotApproved "BOM_NOT_APPROVED" Error "BOM {bom} is not approved." "BOM {bom}未审核。";
    BomNotFound "BOM_NOT_FOUND" Error "{item} has no BOM valid on {date}." "{item}在{date}无有效BOM。";
    BucketGap "BUCKET_GAP" Error "{date} lies before the first time bucket ({first})." "{date}早于首个时段({first})。";
    BucketInvalid "BUCKET_INVALID" Error "The time buckets are not valid: {reason}." "时段定义无效:{reason}。";
    ByproductExceedsTotal "BYPRODUCT_EXCEEDS_TOTAL" Error "By-product value {value} exceeds the order cost {total}." "副产品成本{value}大于总成本{total}。";
    CalendarDuplicateDate "CALENDAR_DUPLICATE_DATE" Error "The calendar lists {date} more than once." "日历中{date}重复。";
    CalendarEmpty "CALENDAR_EMPTY" Error "The calendar has no working day." "日历中没有工作日。";
    CalendarGap "CALENDAR_GAP" Error "The calendar of {site} does not cover {date}." "{site}日历未覆盖{date}。";
    CalendarRange "CALENDAR_RANGE" Error "The calendar starts on {from}, after its end {to}." "日历起始日{from}晚于结束日{to}。";
    Cancel "CANCEL" Info "{doc} ({item}): cancel, nothing needs it." "{doc}({item}):取消,已无需求。";
    Cancelled "CANCELLED" Info "The run was cancelled; nothing was changed." "运算已取消,未作任何更改。";
    CannotMeetDue "CANNOT_MEET_DUE" Warning "{job} cannot be finished by {due}; earliest {date}." "{job}无法在{due}前完成,最早{date}。";
    ChangeBelowIssued "CHANGE_BELOW_ISSUED" Error "New requirement {required} is below the issued {issued}; return {excess} first." "新需求{required}小于已领{issued},请先退料{excess}。";
    ChangeBelowReceived "CHANGE_BELOW_RECEIVED" Error "New quantity {qty} is below the received {received}." "新数量{qty}小于已入库{received}。";
    ChangeOverlap "CHANGE_OVERLAP" Error "Changes {lines} overlap." "变更{lines}重叠。";
    CheckBlocked "CHECK_BLOCKED" Error "{n} blocking findings must be fixed before costing." "核算前有{n}项必须处理。";
    ClockSkew "CLOCK_SKEW" Warning "Source {source} is {seconds} s off; its times were not corrected." "数据源{source}时钟偏差{seconds}秒。";
    CloseHasDrafts "CLOSE_HAS_DRAFTS" Error "Order {order} has unapproved documents: {docs}." "订单{order}有未审核单据:{docs}。";
    CloseHasOpenWip "CLOSE_HAS_OPEN_WIP" Warning "Closing {order} leaves {amount} in WIP." "关闭{order}后在产品余额{amount}。";
    CoeffMissing "COEFF_MISSING" Error "No equivalent coefficient for {order}/{element}." "{order}/{element}缺少约当系数。";
    CoeffRange "COEFF_RANGE" Error "The coefficient must lie between 0 and 1." "约当系数须在0到1之间。";
    CompositionBroken "COMPOSITION_BROKEN" Error "Rolled-up elements {sum} differ from unit cost {cost}." "还原合计{sum}与单位成本{cost}不符。";
    ConcessionNotApproved "CONCESSION_NOT_APPROVED" Error "The concession for {qty} needs approval." "让步接收{qty}未审批。";
    ConsumeExceedsVendorStock "CONSUME_EXCEEDS_VENDOR_STOCK" Error "Needs {needed} of {item}; the supplier holds {balance}." "需核销{item} {needed},供应商处仅{balance}。";
    CoproductNoOutput "COPRODUCT_NO_OUTPUT" Warning "Co-product {item} has no output; its share was spread over the others." "联产品{item}无产出,其比例已分摊至其他产品。";
    CostLoop "COST_LOOP" Error "These items feed each other's cost: {items}." "成本循环:{items}。";
    CostLoopDiverges "COST_LOOP_DIVERGES" Error "The cost loop did not settle after {n} rounds (last change {delta})." "循环成本迭代{n}次未收敛(差{delta})。";
    CostObjectMissing "COST_OBJECT_MISSING" Error "{doc} has no production order to carry its cost." "{doc}未关联生产任务单。";
    CostWithoutInput "COST_WITHOUT_INPUT" Warning "Order {order} has receipts but no cost." "任务单{order}有入库但无成本。";
    CounterReset "COUNTER_RESET" Info "Counter {tag} restarted; the new value was taken as the change." "计数器{tag}已复位。";
    CountInProgress "COUNT_IN_PROGRESS" Error "{warehouse} is being counted; movements are blocked." "{warehouse}盘点中,不可出入库。";
    CurrencyMismatch "CURRENCY_MISMATCH" Error "{a} and {b} are different currencies." "{a}与{b}币种不同。";
    CustomerRequired "CUSTOMER_REQUIRED" Error "A tolling order needs a customer." "受托加工单须指定客户。";
    CustomerStockShort "CUSTOMER_STOCK_SHORT" Error "Customer material {item}: need {need}, have {have}." "客供料{item}需{need},现有{have}。";
    CycleInvalid "CYCLE_INVALID" Error "A cycle needs {expected}." "周期须为{expected}。";
    DatesReversed "DATES_REVERSED" Error "{from} lies after {to}; the first date must not be later than the last." "{from}晚于{to},起始日期不得晚于截止日期。";
    DateOutOfPeriod "DATE_OUT_OF_PERIOD" Error "{date} lies outside the period {period}." "{date}不在期间{period}内。";
    DateOutOfRange "DATE_OUT_OF_RANGE" Error "{value} is no date between 0001-01-01 and 9999-12-31." "{value}不是0001-01-01至9999-12-31之间的日期。";
    DateSyntax "DATE_SYNTAX" Error "{value} is not a date of the form 2026-03-02." "{value}不是2026-03-02格式的日期。";
    Decrease "DECREASE" Info "{doc} ({item}): decrease from {from} to {to}." "{doc}({item}):由{from}减少至{to}。";
    Defer "DEFER" Info "{doc} ({item}): move back from {from} to {to}." "{doc}({item}):由{from}推迟至{to}。";
    DemandNoDate "DEMAND_NO_DATE" Error "Line {line} has no need date." "行{line}无需求日期。";
    DepthLimit "DEPTH_LIMIT" Error "The product tree is deeper than {n} levels." "产品结构超过{n}层。";
    DispatchExceeds "DISPATCH_EXCEEDS" Error "Only {open} of job {job} is left to dispatch." "任务{job}仅剩{open}可派。";
    DispositionSum "DISPOSITION_SUM" Error "Dispositions add up to {sum}, bad quantity is {bad}." "处置合计{sum}不等于不合格数{bad}。";
    DivisionByZero "DIVISION_BY_ZERO" Error "A ratio has zero as its denominator." "比率的分母为零。";
    DocState "DOC_STATE" Error "{doc} is {state}; {action} needs {states}." "{doc}状态为{state},不能{action}。";
    DraftInPeriod "DRAFT_IN_PERIOD" Error "{doc} is not approved; approve or void it before costing." "{doc}未审核,请先审核或作废。";
    DueInPast "DUE_IN_PAST" Warning "The due date {date} has passed." "完工日期{date}已过。";
    DuplicateId "DUPLICATE_ID" Error "{table} holds {id} more than once." "{table}中{id}重复。";
    DuplicateInvoice "DUPLICATE_INVOICE" Error "Invoice {number} of {supplier} is already entered." "{supplier}发票{number}已录入。";
    DuplicateRequest "DUPLICATE_REQUEST" Info "This request was already applied; the earlier result is returned." "请求已处理,返回原结果。";
    DuplicateRow "DUPLICATE_ROW" Warning "Rows {rows} are identical." "第{rows}行重复。";
    EmptyComponentSet "EMPTY_COMPONENT_SET" Error "No component is left after filtering; sets are not limited by material." "筛选后无子件,齐套数无意义。";
    EmptyPopulation "EMPTY_POPULATION" Info "No lots in the period; the rate is undefined." "期间无批次,比率无定义。";
    EquipmentInUse "EQUIPMENT_IN_USE" Error "{equipment} is running {order}." "{equipment}正在加工{order}。";
    EquivalentZero "EQUIVALENT_ZERO" Error "{order} has cost {cost} but no finished or WIP units." "{order}有成本{cost}但无产量。";
    EventUnbalanced "EVENT_UNBALANCED" Error "Debit {debit} and credit {credit} differ; nothing was posted." "借方{debit}与贷方{credit}不等,未过账。";
    Expedite "EXPEDITE" Info "{doc} ({item}): bring forward from {from} to {to}." "{doc}({item}):由{from}提前至{to}。";
    FeeOnRejected "FEE_ON_REJECTED" Warning "The fee covers {qty} rejected units." "加工费包含不合格{qty}。";
    FilterTooWide "FILTER_TOO_WIDE" Warning "More than {n} rows; narrow the filter or page." "结果超过{n}行,请缩小范围。";
    FirstArticlePending "FIRST_ARTICLE_PENDING" Error "The first article of {operation} is not passed." "{operation}首检未通过。";
    FixedCostMissing "FIXED_COST_MISSING" Error "{item} has no fixed cost on {date}." "{item}在{date}无定额成本。";
    FormatVersion "FORMAT_VERSION" Error "Format version {found} is not supported; supported: {supported}." "格式版本{found}不支持,支持{supported}。";
    FullReplan "FULL_REPLAN" Info "The whole plan was computed again: {reason}." "已重新进行全量运算:{reason}。";
    GlUnmapped "GL_UNMAPPED" Error "Ledger account {account}/{dimension} is not mapped to a cost centre or expense item." "科目{account}/{dimension}未设置对应关系。";
    GroupDissolved "GROUP_DISSOLVED" Warning "{item} at {site} is made from what it shares supply with; the sharing was not used." "{item}({site})与其共用供应的物料互为上下级,未共用供应。";
    HasDownstream "HAS_DOWNSTREAM" Error "{doc} has downstream documents: {list}." "{doc}已有下游单据:{list}。";
    HeaderWrong "HEADER_WRONG" Error "Table {table}: column {column} is not expected here; expected {expected}." "表{table}的列{column}不符,应为{expected}。";
    HorizonExceeded "HORIZON_EXCEEDED" Info "{n} demands lie beyond the horizon and were not planned." "{n}条需求超出展望期。";
    IdInvalid "ID_INVALID" Error "Identifier {id} is not valid: {reason}." "标识{id}无效:{reason}。";
    IllegalCommand "ILLEGAL_COMMAND" Error "{command} is not possible in state {state}." "状态{state}不能{command}。";
    ImportRow "IMPORT_ROW" Error "Row {row}, column {column}: {reason}." "第{row}行{column}:{reason}。";
    Increase "INCREASE" Info "{doc} ({item}): increase from {from} to {to}." "{doc}({item}):由{from}增加至{to}。";
    InsideFence "INSIDE_FENCE" Warning "{doc} lies inside the time fence {fence}; it was not changed." "{doc}在时界{fence}内,未调整。";
    InspectedExceedsNotice "INSPECTED_EXCEEDS_NOTICE" Error "Only {open} is left to inspect." "可检数量仅{open}。";
    InspectionExempt "INSPECTION_EXEMPT" Info "{item} is exempt from inspection." "{item}免检。";
    Internal "INTERNAL" Error "An invariant is broken at {place}; please report it." "内部错误({place}),请反馈。";
    ItemDisabled "ITEM_DISABLED" Error "{item} is disabled." "{item}已禁用。";
    ItemNotMake "ITEM_NOT_MAKE" Error "{item} is not a manufactured item." "{item}不是自制件。";
    ItemNotPlanned "ITEM_NOT_PLANNED" Warning "{item} is excluded from MRP." "{item}不参与MRP。";
    KeyIncomplete "KEY_INCOMPLETE" Error "{item} needs {part}." "{item}缺少{part}。";
    KeyReused "KEY_REUSED" Error "Key {key} was used for another command." "请求键{key}已用于其他命令。";
    KitIncomplete "KIT_INCOMPLETE" Error "Not a complete set: {lines}." "不齐套:{lines}。";
    KitQtyExceeds "KIT_QTY_EXCEEDS" Error "At most {max} sets can be issued, asked {k}." "最多可领{max}套,申请{k}套。";
    LayerMissing "LAYER_MISSING" Error "No cost layer left for {item}." "{item}无可用成本层。";
    LeadtimeMissing "LEADTIME_MISSING" Error "{item} has no lead time." "{item}未设提前期。";
    LifoNotIas2 "LIFO_NOT_IAS2" Warning "{item} is valued last in, first out, which IAS 2 does not allow." "{item}采用后进先出法计价,IAS 2不允许。";
    LimitExceeded "LIMIT_EXCEEDED" Error "{what} exceeds the limit of {limit}." "{what}超过上限{limit}。";
    LineNotIssuable "LINE_NOT_ISSUABLE" Error "{item} is marked no-issue." "{item}为不领料件。";
    LotBlocked "LOT_BLOCKED" Error "Lot {lot} is blocked by {inspection}." "批次{lot}被{inspection}冻结。";
    LotExpired "LOT_EXPIRED" Error "Lot {lot} expired on {date}." "批次{lot}已于{date}过期。";
    LotExpiresUnused "LOT_EXPIRES_UNUSED" Warning "{qty} of lot {lot} expires unused on {date}." "批次{lot}有{qty}将于{date}过期未用。";
    LotParamConflict "LOT_PARAM_CONFLICT" Error "Lot sizes conflict: min {min}, max {max}, multiple {multiple}." "批量参数冲突:最小{min}最大{max}倍量{multiple}。";
    LotRequired "LOT_REQUIRED" Error "{item} needs a lot number." "{item}须录入批号。";
    MergeHardPeg "MERGE_HARD_PEG" Error "{orders} are segregated for their sales orders and cannot be merged." "{orders}按销售订单专用,不可合并。";
    MergeHasMovement "MERGE_HAS_MOVEMENT" Error "{order} already has issues or receipts." "{order}已有领料或入库。";
    MergeIssueSum "MERGE_ISSUE_SUM" Error "Details add up to {sum}, picked {picked}." "明细合计{sum}与实发{picked}不符。";
    MergeKeyMismatch "MERGE_KEY_MISMATCH" Error "Planned orders differ in {field}: {values}." "计划订单{field}不一致:{values}。";
    MergeLate "MERGE_LATE" Warning "Merging delays {orders} by {days} days." "合并使{orders}延迟{days}天。";
    MergeOrderMismatch "MERGE_ORDER_MISMATCH" Error "Orders differ in {field}." "任务单{field}不一致。";
    MergeOwnerMix "MERGE_OWNER_MIX" Error "Own and customer-owned stock cannot share a line." "自有料与客供料不可合并。";
    MergeReleased "MERGE_RELEASED" Error "{order} is already released." "{order}已投放。";
    MeterBackwards "METER_BACKWARDS" Error "Meter {meter}: {value} is below the last reading {last}." "表计{meter}读数{value}小于上次{last}。";
    MixedOwnerCost "MIXED_OWNER_COST" Error "Customer-owned line {line} carries a value." "客供料行{line}带有金额。";
    ModuleDisabled "MODULE_DISABLED" Error "Module {module} is not enabled." "模块{module}未启用。";
    MoveLineMismatch "MOVE_LINE_MISMATCH" Error "The lines are not of the same list and operation." "所选行不属同一用料清单或工序。";
    MoveNothingLeft "MOVE_NOTHING_LEFT" Error "Nothing left to move: issued {issued}, returned {returned}." "无可挪料:已领{issued},已退{returned}。";
    MsgObsolete "MSG_OBSOLETE" Warning "The supply changed after the run; run MRP again." "供应已变化,请重新运算。";
    NcrOpenActions "NCR_OPEN_ACTIONS" Error "Nonconformance {ncr} still has open actions." "不合格{ncr}仍有未完成措施。";
    NegativeBase "NEGATIVE_BASE" Error "The base of {order} is negative." "{order}分配标准为负。";
    NegativeStockAtCosting "NEGATIVE_STOCK_AT_COSTING" Error "{item} in {warehouse} is negative ({qty})." "{warehouse}{item}负库存({qty})。";
    New "NEW" Info "New order for {item}: {to}." "新建{item}订单:{to}。";
    NothingToProduce "NOTHING_TO_PRODUCE" Info "Nothing to produce for {line}: {reason}." "{line}无需生产:{reason}。";
    NothingToTopUp "NOTHING_TO_TOP_UP" Info "All lines already reach {target} sets." "各料已达{target}套。";
    NotInspected "NOT_INSPECTED" Error "{doc} must be inspected first." "{doc}须先检验。";
    NotMerged "NOT_MERGED" Error "{order} is not a merged order." "{order}不是合并订单。";
    NotPurchasable "NOT_PURCHASABLE" Warning "{item} is supplied by {source}, not purchased." "{item}来源为{source},不可采购。";
    NotReady "NOT_READY" Error "{job} lacks: {missing}." "{job}未就绪:{missing}。";
    NotUtf8 "NOT_UTF8" Error "Table {table}, row {row}: the text is not UTF-8." "表{table}第{row}行不是UTF-8文本。";
    NoAccrual "NO_ACCRUAL" Warning "Receipt {doc} has no accrued fee." "入库单{doc}未暂估加工费。";
    NoCalendar "NO_CALENDAR" Error "No working calendar for {site}." "{site}无工作日历。";
    NoCapableResource "NO_CAPABLE_RESOURCE" Error "No resource can run {operation}." "无资源可执行{operation}。";
    NoData "NO_DATA" Info "No data for {cell}." "{cell}无数据。";
    NoDates "NO_DATES" Warning "{order} has no planned dates; progress cannot be judged." "{order}无计划日期。";
    NoDefaultSupplier "NO_DEFAULT_SUPPLIER" Warning "{item} has no default supplier." "{item}无默认供应商。";
    NoInspectionPlan "NO_INSPECTION_PLAN" Error "No inspection plan for {item}/{type}." "{item}/{type}无检验方案。";
    NoKitLines "NO_KIT_LINES" Info "No line counts for kits; kits are not applicable." "无参与齐套的物料。";
    NoMovementHistory "NO_MOVEMENT_HISTORY" Warning "{item} has no movement; the opening date is used." "{item}无出入库记录,按期初日期计。";
    NoRouting "NO_ROUTING" Error "{item} has no routing." "{item}无工艺路线。";
    NoSource "NO_SOURCE" Error "{item} has no source (make, buy, subcontract)." "{item}未设来源属性。";
    NoSupplier "NO_SUPPLIER" Error "The subcontract order needs a supplier." "委外单须指定供应商。";
    NoVendorLocation "NO_VENDOR_LOCATION" Error "{supplier} has no location for our material." "{supplier}未设委外仓。";
    NumberOverflow "NUMBER_OVERFLOW" Error "An exact result does not fit the numbers that are computed with." "精确结果超出可计算范围。";
    NumberSyntax "NUMBER_SYNTAX" Error "{value} is not a decimal number such as 12.50." "{value}不是十进制数(例如12.50)。";
    OpeningLocked "OPENING_LOCKED" Error "Opening balances are locked since the first close." "首次结账后期初已锁定。";
    OpeningTotal "OPENING_TOTAL" Error "{table} adds up to {sum}, control total {control}." "{table}合计{sum},与控制总数{control}不符。";
    OrderQtyZero "ORDER_QTY_ZERO" Error "The order quantity is zero; the rate is undefined." "订单数量为零。";
    OrderState "ORDER_STATE" Error "Order {order} is {state}; this needs {states}." "任务单{order}状态为{state}。";
    OutputAllZero "OUTPUT_ALL_ZERO" Error "{order} has cost but no output of any product." "{order}无任何产出。";
    OutputNotCounted "OUTPUT_NOT_COUNTED" Warning "{item} at {site} flows back into what it comes from; that output was not counted as supply." "{item}({site})回流到其来源,该产出未计入供应。";
    OutOfOrder "OUT_OF_ORDER" Warning "Message {sequence} arrived before {expected}; it waits." "消息{sequence}先于{expected}到达。";
    OverIssue "OVER_ISSUE" Error "{item}: required {required}, issued {issued}, asked {asked} ({mode})." "{item}超领:需{required}已领{issued}本次{asked}({mode})。";
    OverPush "OVER_PUSH" Error "Only {remaining} is left, asked {requested}." "可下推{remaining},申请{requested}。";
    OverReceipt "OVER_RECEIPT" Error "At most {limit} may be received, this makes {would}." "最多入库{limit},本次后为{would}。";
    OverSettle "OVER_SETTLE" Error "Only {open} is unsettled." "未结算数量仅{open}。";
    OwnerMismatch "OWNER_MISMATCH" Error "Stock belongs to {owner}; the order is for {other}." "库存属{owner},单据属{other}。";
    ParamMissing "PARAM_MISSING" Error "{item} lacks {field}." "{item}缺少{field}。";
    PastDue "PAST_DUE" Warning "{doc} ({item}) was due on {from} and is still open." "{doc}({item})应于{from}到货,仍未完成。";
    PegBroken "PEG_BROKEN" Warning "The link to {order} is lost." "与{order}的关联丢失。";
    PerformanceGt1 "PERFORMANCE_GT_1" Warning "Performance is {value}; check the ideal cycle time." "性能率{value}大于1,请检查标准节拍。";
    PeriodClosed "PERIOD_CLOSED" Error "{period} is closed; the next open period is {next}." "{period}已结账,下一期间{next}。";
    PeriodLockedByCosting "PERIOD_LOCKED_BY_COSTING" Error "{period} is locked by cost run {run}." "{period}正在成本核算({run})。";
    PeriodNotSequential "PERIOD_NOT_SEQUENTIAL" Error "Close {earlier} first." "请先结账{earlier}。";
    PerSetZero "PER_SET_ZERO" Error "Line {line} uses zero per set." "行{line}单位用量为零。";
    PhantomHasOrder "PHANTOM_HAS_ORDER" Error "Phantom {item} cannot be ordered." "虚拟件{item}不可下单。";
    PlanClosed "PLAN_CLOSED" Error "Planned order {order} is closed ({how})." "计划订单{order}已关闭({how})。";
    PlanConflict "PLAN_CONFLICT" Warning "Maintenance {work} overlaps {jobs}." "保养{work}与{jobs}冲突。";
    PolicyCombination "POLICY_COMBINATION" Warning "{item}: lot-sizing policy {policy} does not use {modifier}; it was ignored." "{item}的批量政策{policy}不使用{modifier},已忽略。";
    PrecisionExceeded "PRECISION_EXCEEDED" Error "{value} has more decimals than {unit} allows ({n})." "{value}超出{unit}精度({n}位)。";
    PriceLimit "PRICE_LIMIT" Warning "Price {price} is above the ceiling {limit}." "单价{price}高于限价{limit}。";
    PriceNotFound "PRICE_NOT_FOUND" Warning "No price for {supplier}/{item} on {date}, quantity {qty}." "{supplier}/{item}在{date}无价格({qty})。";
    PriceOnCustomerStock "PRICE_ON_CUSTOMER_STOCK" Error "Customer-supplied receipts carry no price." "客供料入库不可有单价。";
    PriceOverlap "PRICE_OVERLAP" Error "Price lines {lines} overlap." "价格行{lines}重叠。";
    PriorityTie "PRIORITY_TIE" Info "Equal priority; ordered by {rule}." "优先级相同,按{rule}。";
    PromiseExpired "PROMISE_EXPIRED" Error "Supply changed since the promise; calculate again." "供应已变化,请重新承诺。";
    QtyBelowReleased "QTY_BELOW_RELEASED" Error "Quantity {qty} is below the released {released}." "数量{qty}小于已投放{released}。";
    QtyNotPositive "QTY_NOT_POSITIVE" Error "Row {row}: the quantity must be positive." "第{row}行数量须大于零。";
    QtyOutOfRange "QTY_OUT_OF_RANGE" Error "{value} is outside the range that can be computed ({limit})." "{value}超出可计算范围({limit})。";
    QualificationMissing "QUALIFICATION_MISSING" Error "{person} lacks {skill}." "{person}无{skill}资质。";
    RateMissing "RATE_MISSING" Error "No rate for {centre} on {date}." "{centre}在{date}无费率。";
    RatioSum "RATIO_SUM" Error "Ratios add up to {sum}, not 100 %." "比例合计{sum},应为100%。";
    ReactionFailed "REACTION_FAILED" Warning "{reaction} to {event} failed; it will be retried." "{event}触发的{reaction}失败。";
    ReasonRequired "REASON_REQUIRED" Error "Enter a reason." "请录入原因。";
    ReceiptExceedsIssuedKits "RECEIPT_EXCEEDS_ISSUED_KITS" Error "Material was issued for {kits} sets only." "已领料仅{kits}套。";
    ReceiptReversalConsumed "RECEIPT_REVERSAL_CONSUMED" Error "{qty} of this receipt has already been used or shipped." "该入库已有{qty}被使用或发货。";
    ReduceBelowIssued "REDUCE_BELOW_ISSUED" Error "{item} needs {required} but {issued} is issued." "{item}需{required},已领{issued}。";
    ReexplodeAfterIssue "REEXPLODE_AFTER_ISSUE" Error "Material was issued; the list cannot be re-exploded." "已领料,不可重展BOM。";
    ReleaseBlocked "RELEASE_BLOCKED" Error "{order} cannot be released: {missing}." "{order}不能投放:{missing}。";
    ReleaseFailed "RELEASE_FAILED" Error "Line {line} was not released: {reason}." "行{line}投放失败:{reason}。";
    ReleaseNow "RELEASE_NOW" Info "{doc} ({item}): release now, it starts on {to}." "{doc}({item}):立即投放,应于{to}开工。";
    ReopenPeriodClosed "REOPEN_PERIOD_CLOSED" Error "{order} was closed in {period}, which is closed." "{order}关闭期间{period}已结账。";
    ReportAfterClose "REPORT_AFTER_CLOSE" Error "{order} is closed; reporting is not possible." "{order}已关闭,不可汇报。";
    ReportExceedsInput "REPORT_EXCEEDS_INPUT" Error "Reported {total} exceeds the input {input}." "汇报{total}超过投入{input}。";
    ReportUnbalanced "REPORT_UNBALANCED" Error "Costs do not balance by {difference}; nothing was posted." "成本不平{difference},未过账。";
    RequestSyntax "REQUEST_SYNTAX" Error "Line {line}, column {column}: {reason}." "第{line}行第{column}列:{reason}。";
    RequestTooLarge "REQUEST_TOO_LARGE" Error "The request is larger than {limit} bytes." "请求超过{limit}字节。";
    ResourceDown "RESOURCE_DOWN" Error "{resource} is down." "{resource}停机。";
    ReturnAfterClose "RETURN_AFTER_CLOSE" Error "{order} is closed; reopen it to return material." "{order}已关闭,不可退料。";
    ReturnExceedsBalance "RETURN_EXCEEDS_BALANCE" Error "Only {balance} can be returned." "可退数量仅{balance}。";
    ReturnExceedsIssued "RETURN_EXCEEDS_ISSUED" Error "Only {net} was issued." "已领净额仅{net}。";
    ReturnExceedsReceived "RETURN_EXCEEDS_RECEIVED" Error "Only {net} was received." "已入库净额仅{net}。";
    ReturnLotMismatch "RETURN_LOT_MISMATCH" Error "Lot {lot} was not issued to this order." "批次{lot}未领用于该单。";
    ReworkLimit "REWORK_LIMIT" Error "Lot {lot} was already reworked {n} times." "批次{lot}已返修{n}次。";
    ReworkQtyExceeds "REWORK_QTY_EXCEEDS" Error "Only {available} is available to rework." "可返修数量仅{available}。";
    RunInProgress "RUN_IN_PROGRESS" Error "{by} is already running this." "{by}正在运行。";
    SafetyNegative "SAFETY_NEGATIVE" Error "Safety stock cannot be negative." "安全库存不可为负。";
    SafetyPegged "SAFETY_PEGGED" Info "{qty} of {item} is planned to refill the safety stock by {date}." "{item}计划{qty}用于在{date}前补足安全库存。";
    SampleExceedsLot "SAMPLE_EXCEEDS_LOT" Error "Sample {n} is larger than the lot {lot}." "样本{n}大于批量{lot}。";
    SchemaVersion "SCHEMA_VERSION" Error "Message version {version} is not supported." "消息版本{version}不支持。";
    ScrapOutOfRange "SCRAP_OUT_OF_RANGE" Error "The scrap rate must be at least 0 and below 1." "损耗率须在0到1之间。";
    SecondQuantityMissing "SECOND_QUANTITY_MISSING" Error "{item} needs its second quantity." "{item}须录入第二数量。";
    SelfConsumption "SELF_CONSUMPTION" Error "{item} cannot consume itself; use a rework order." "{item}不可领用自身,请用返修任务单。";
    SequenceDuplicate "SEQUENCE_DUPLICATE" Error "Operation number {sequence} is used twice." "工序号{sequence}重复。";
    SequenceViolation "SEQUENCE_VIOLATION" Error "{previous} must be reported first." "须先汇报{previous}。";
    Shortage "SHORTAGE" Warning "{item} is short by {qty} on {date}: {reason}." "{item}在{date}缺{qty}:{reason}。";
    SourceLotRange "SOURCE_LOT_RANGE" Warning "No source of {item} accepts the quantity {qty}." "{item}无货源适用数量{qty}。";
    SourceOverlap "SOURCE_OVERLAP" Error "Sources {lines} name production versions for the same dates and quantities with equal priority and no quota." "货源{lines}的生产版本有效期与批量范围重叠,优先级相同且无配额。";
    SoLineNotOpen "SO_LINE_NOT_OPEN" Error "Sales line {line} is closed or complete." "销售行{line}已关闭或完成。";
    SoNotApproved "SO_NOT_APPROVED" Error "Sales order {order} is not approved." "销售订单{order}未审核。";
    SpareShort "SPARE_SHORT" Warning "Spare part {part} is short by {qty}." "备件{part}缺{qty}。";
    SplitExceedsOpen "SPLIT_EXCEEDS_OPEN" Error "Only {open} can be split off." "可拆分数量仅{open}。";
    SplitRuleZero "SPLIT_RULE_ZERO" Error "The split size must be positive." "拆分批量须大于零。";
    StageExceedsNeed "STAGE_EXCEEDS_NEED" Warning "Staging {qty} exceeds the need {need}." "备料{qty}超过需求{need}。";
    StaleRead "STALE_READ" Warning "Shown as of {version}; newer data exists." "数据截至{version}。";
    StaleVersion "STALE_VERSION" Error "{doc} was changed by someone else; reload it." "{doc}已被修改,请刷新。";
    StandardMissing "STANDARD_MISSING" Error "{item} has no standard cost on {date}." "{item}在{date}无标准成本。";
    StartInPast "START_IN_PAST" Warning "{order} should have started {days} days ago; earliest finish {date}." "{order}应于{days}天前开工,最早{date}完成。";
    StateGap "STATE_GAP" Warning "No state for {equipment} between {from} and {to}." "{equipment}在{from}至{to}无状态。";
    StockinExceedsAccepted "STOCKIN_EXCEEDS_ACCEPTED" Error "Accepted {accepted}, already in {posted}, asked {asked}." "合格{accepted},已入{posted},本次{asked}。";
    StockNegative "STOCK_NEGATIVE" Error "{item} in {warehouse} would become {qty}." "{warehouse}{item}将为{qty}。";
    StockNegativePlanned "STOCK_NEGATIVE_PLANNED" Warning "{item} starts with negative stock ({qty}); it was planned as a need." "{item}期初库存为负({qty}),已作为需求计划。";
    StockShort "STOCK_SHORT" Error "{item} in {warehouse}: need {need}, available {available}." "{warehouse}{item}需{need},可用{available}。";
    StoreBusy "STORE_BUSY" Error "The store is busy; try again." "存储忙,请重试。";
    StoreCorrupt "STORE_CORRUPT" Error "The store is damaged: {detail}." "存储已损坏:{detail}。";
    StoreFailed "STORE_FAILED" Error "The store failed: {detail}." "存储失败:{detail}。";
    StoreUnknown "STORE_UNKNOWN" Error "It is not known whether this was stored; ask again with the same key." "是否已保存未知,请用同一请求键重试。";
    SubstituteManual "SUBSTITUTE_MANUAL" Info "{substitute} could replace {qty} of {item}; confirm it by hand." "{substitute}可替代{item} {qty},请人工确认。";
    SubstituteUsed "SUBSTITUTE_USED" Info "{qty} of {substitute} is planned instead of {item}." "计划以{substitute} {qty}替代{item}。";
    SubstNotAllowed "SUBST_NOT_ALLOWED" Error "{substitute} may not replace {item} here." "{substitute}不可替代{item}。";
    SubstNotValid "SUBST_NOT_VALID" Error "{substitute} is not valid on {date}." "{substitute}在{date}无效。";
    SubstRatioMissing "SUBST_RATIO_MISSING" Error "No ratio between {item} and {substitute}." "{item}与{substitute}无替代比例。";
    SupplementReasonRequired "SUPPLEMENT_REASON_REQUIRED" Error "Enter why extra material is needed." "请录入补料原因。";
    SupplierMismatch "SUPPLIER_MISMATCH" Error "Receipt and invoice are from different suppliers." "入库与发票供应商不一致。";
    SupplyOverdue "SUPPLY_OVERDUE" Warning "{doc} is {days} days overdue and still counted." "{doc}逾期{days}天,仍计入供应。";
    SystemSingular "SYSTEM_SINGULAR" Error "Departments {departments} only serve each other; their cost cannot be passed on." "部门{departments}仅相互服务,无法分配。";
    TableMissing "TABLE_MISSING" Error "Table {table} is missing; expected {expected}." "缺少表{table},应为{expected}。";
    TargetExceedsOrder "TARGET_EXCEEDS_ORDER" Error "Target {target} sets exceeds the order quantity {qty}." "目标{target}套超过订单{qty}。";
    TimeNegative "TIME_NEGATIVE" Error "The end time is before the start." "结束早于开始。";
    TimeOverlap "TIME_OVERLAP" Warning "{person} has overlapping entries; time was split." "{person}工时重叠,已拆分。";
    TooManyErrors "TOO_MANY_ERRORS" Error "{count} errors were found; the first {shown} are shown." "共{count}处错误,仅显示前{shown}处。";
    TransferAcrossOwnership "TRANSFER_ACROSS_OWNERSHIP" Error "Stock cannot change owner by transfer." "调拨不可改变货主。";
    TransferLoop "TRANSFER_LOOP" Error "The transfers between sites loop: {path}." "调拨关系循环:{path}。";
    UndoHasConsumption "UNDO_HAS_CONSUMPTION" Warning "Reversing also reverses {n} consumption lines." "反审将同时冲回{n}行耗料。";
    UnitsUnbalanced "UNITS_UNBALANCED" Error "{in} units came in, {out} were finished, spoiled or stayed." "投入数量{in}与完工、废品、在产数量合计{out}不符。";
    UnknownCode "UNKNOWN_CODE" Error "Code {scan} is unknown." "条码{scan}无法识别。";
    UnknownReference "UNKNOWN_REFERENCE" Error "{id} does not exist here." "{id}不存在。";
    UnknownTag "UNKNOWN_TAG" Warning "Tag {tag} is not configured; the sample was kept aside." "点位{tag}未配置。";
    UomNotConvertible "UOM_NOT_CONVERTIBLE" Error "No conversion from {from} to {to} for {item}." "{item}无{from}到{to}换算。";
    ValueOutOfType "VALUE_OUT_OF_TYPE" Error "{value} does not fit characteristic {name}." "{value}不符合检验项{name}。";
    VendorBalanceNegative "VENDOR_BALANCE_NEGATIVE" Error "More {item} consumed than sent for {order}." "{order}核销{item}超过发料。";
    VersionOverlap "VERSION_OVERLAP" Error "BOM versions {lines} are in force at the same time with equal priority." "BOM版本{lines}有效期重叠且优先级相同。";
    WhCostingChange "WH_COSTING_CHANGE" Error "{warehouse} still holds stock; the costing flag cannot change." "{warehouse}有库存,不可改核算属性。";
    WhKindMismatch "WH_KIND_MISMATCH" Error "{warehouse} cannot be used for {doc}." "{warehouse}不可用于{doc}。";
    WipExceedsTotal "WIP_EXCEEDS_TOTAL" Error "WIP {wip} exceeds the total {total}." "在产品{wip}大于总成本{total}。";
    WipNegative "WIP_NEGATIVE" Error "{operation} would have negative WIP ({qty})." "{operation}在制为负({qty})。";
    YieldOutOfRange "YIELD_OUT_OF_RANGE" Error "The yield must be above 0 and at most 1." "成品率须在0到1之间。";
    ZeroCostIssue "ZERO_COST_ISSUE" Warning "{item} was issued at zero cost." "{item}领料成本为零。";
    ZeroPriceReceipt "ZERO_PRICE_RECEIPT" Warning "{doc} brings in {item} without value." "{doc}入库{item}无金额。";
}
