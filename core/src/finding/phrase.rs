//! Words that stand as parameter values: stable in data, written out in the language of the message.
//!
//! To add a word, add one row: the word, English, Chinese.

use super::Lang;

/// Parameters whose values may be words. Ids and quantities never stand under these names, so a host id that
/// looks like a word is left alone.
const SPOKEN: [&str; 6] = ["reason", "rule", "kind", "what", "limit", "modifier"];

/// Builds the table of words.
macro_rules! words {
    ($($word:literal $en:literal $zh:literal;)*) => {
        fn spoken(word: &str, lang: Lang) -> Option<&'static str> {
            match (word, lang) {
                $(($word, Lang::En) => Some($en), ($word, Lang::Zh) => Some($zh),)*
                _ => None,
            }
        }
    };
}

words! {
    "all_material" "all material" "全部材料成本";
    "bom_line_rows" "the number of BOM lines in all" "BOM行总数";
    "bom_lines" "the number of lines of a BOM" "单个BOM行数";
    "bom_output_rows" "the number of BOM outputs in all" "BOM产出总数";
    "bom_rows" "the number of BOMs" "BOM总数";
    "bucket_no_start" "the cycle has no start day" "周期没有起始日";
    "bucket_unsorted" "the start days must rise" "起始日须递增";
    "bucket_zero_length" "a bucket must be at least one day long" "时段至少一天";
    "coefficient" "coefficient" "系数";
    "cycle" "the named cycle" "指定周期";
    "demand" "demand" "需求";
    "eoq" "economic order quantity" "经济批量";
    "explosion_bytes" "the memory of an explosion in bytes" "展开占用内存(字节)";
    "explosion_rows" "the number of rows of an explosion" "展开行数";
    "finished_quantity" "finished quantity" "完工数量";
    "fixed" "fixed quantity" "固定批量";
    "forecast" "forecast" "预测";
    "id_blank" "it must not start or end with a blank" "首尾不可有空白";
    "id_control" "it must not hold control characters" "不可含控制字符";
    "id_empty" "it must not be empty" "不可为空";
    "id_invisible" "it must not hold invisible or direction characters" "不可含不可见或方向字符";
    "id_not_nfc" "it must be in Unicode form NFC" "须为Unicode NFC形式";
    "id_too_long" "it may have at most 128 bytes" "最长128字节";
    "input_quantity" "input quantity" "投入数量";
    "labour_hours" "labour hours" "人工工时";
    "least_total_cost" "least total cost" "最小总费用法";
    "least_unit_cost" "least unit cost" "最小单位费用法";
    "loop_exact" "exact solution" "精确求解";
    "loop_fixed" "fixed price" "固定单价";
    "loop_iterate" "iteration" "迭代";
    "loop_opening" "opening price" "期初单价";
    "lot_for_lot" "lot for lot" "直接批量";
    "machine_hours" "machine hours" "机器工时";
    "manual" "shares typed in" "手工";
    "min_max" "minimum and maximum" "最小最大库存";
    "number_digits" "28 digits" "28位数字";
    "only_source" "it is the only one" "唯一货源";
    "order_up_to" "order up to a level" "补货至目标";
    "part_period" "part-period balancing" "零件周期平衡法";
    "period_days" "needs of some days together" "按天数合并";
    "periods" "needs of some periods together" "按周期合并";
    "poq" "periodic order quantity" "周期订货量";
    "priority" "priority" "优先级";
    "purchased_material" "purchased material" "外购材料成本";
    "quantity" "quantity, units in process included" "数量(含在产约当)";
    "quota" "quota" "配额";
    "reorder_point" "reorder point" "再订货点";
    "silver_meal" "Silver–Meal" "Silver-Meal法";
    "standard_hours" "standard hours" "标准工时";
    "wagner_whitin" "Wagner–Whitin" "Wagner-Whitin法";
}

/// What a message in `lang` shows for `value` under the parameter `name`.
pub(super) fn localised<'v>(name: &str, value: &'v str, lang: Lang) -> &'v str {
    let word = if SPOKEN.contains(&name) { spoken(value, lang) } else { None };
    word.unwrap_or(value)
}

/// The English text of a word of the catalogue.
pub(crate) fn in_english(word: &'static str) -> &'static str {
    spoken(word, Lang::En).unwrap_or(word)
}
