//! Acronyms that go over, and those that must not.

use super::*;

#[test]
fn an_acronym_of_the_lexicon_goes_over() {
    let found = asked(
        &Few,
        ("ru", "en"),
        [
            "Делегация СНГ прибыла на форум.",
            "Делегация ООН прибыла на форум.",
            "A delegation of the UN has arrived at the forum.",
        ],
    );
    let (target, causes) = found.unwrap();
    assert_eq!(target, "A delegation of the CIS has arrived at the forum.");
    assert_eq!(causes, ["acronym ООН → СНГ (lexicon)"]);
    assert_eq!(
        english(
            "Пасяджэнне АДКБ пройдзе ў Мінску",
            "Пасяджэнне СНД пройдзе ў Мінску",
            "The CIS will meet in Minsk"
        )
        .unwrap(),
        "The CSTO will meet in Minsk"
    );
    // Two that take no article.
    assert_eq!(
        english(
            "Форум АСЕАН завершён",
            "Форум БРИКС завершён",
            "The BRICS forum is over"
        )
        .unwrap(),
        "The ASEAN forum is over"
    );
}

#[test]
fn of_several_renderings_the_one_in_use_goes_over() {
    let query = [
        "Встреча ЕАЭС завершена",
        "Встреча ООН завершена",
        "The UN meeting is over",
    ];
    let [to, from, target] = query;
    assert_eq!(
        english(to, from, target).unwrap(),
        "The EAEU meeting is over"
    );
    assert_eq!(asked(&super::Nothing, ("ru", "en"), query), None);
    assert_eq!(
        english("Совет в Киеве", "Совет в Минске", "A council in Minsk").unwrap(),
        "A council in Kyiv"
    );
    assert_eq!(
        english("Совет в Одессе", "Совет в Минске", "A council in Minsk"),
        None
    );
}

#[test]
fn an_acronym_that_texts_explain_goes_over() {
    assert_eq!(
        english(
            "Участвует банк (АБИИ)",
            "Участвует банк (ЕБРР)",
            "A bank (EBRD) takes part"
        )
        .unwrap(),
        "A bank (AIIB) takes part"
    );
    assert_eq!(
        english(
            "Министерство (МИД) сообщает",
            "Комитет (ГКНТ) сообщает",
            "It (SCST) reports"
        ),
        None
    );
    assert_eq!(
        english(
            "Ведомство (МИД) сообщает",
            "Ведомство (ГКНТ) сообщает",
            "The office (SCST) reports"
        )
        .unwrap(),
        "The office (MFA) reports"
    );
}

#[test]
fn an_acronym_is_left_where_the_article_is_in_doubt() {
    // One takes it, the other does not.
    assert_eq!(
        english(
            "Позиция НАТО ясна",
            "Позиция ООН ясна",
            "The position of the UN is clear"
        ),
        None
    );
    assert_eq!(
        english(
            "Позиция ООН ясна",
            "Позиция НАТО ясна",
            "The position of NATO is clear"
        ),
        None
    );
    // Nothing is known of one.
    assert_eq!(
        english(
            "Позиция МИД ясна",
            "Позиция ООН ясна",
            "The position of the UN is clear"
        ),
        None
    );
    assert_eq!(
        english(
            "Позиция АБИИ ясна",
            "Позиция ЕБРР ясна",
            "The position of the EBRD is clear"
        ),
        None
    );
    // `A` would become `an`.
    assert_eq!(
        english(
            "Чиновник МВФ прибыл",
            "Чиновник ООН прибыл",
            "A UN official has arrived"
        ),
        None
    );
}

#[test]
fn an_acronym_is_left_where_its_place_is_in_doubt() {
    let (query, source) = ("Делегация СНГ прибыла", "Делегация ООН прибыла");
    assert_eq!(english(query, source, "The delegation has arrived"), None);
    assert_eq!(
        english(query, source, "The United Nations delegation has arrived"),
        None
    );
    assert_eq!(
        english(query, source, "The UN delegation is at the UN"),
        None
    );
    assert_eq!(
        english(query, source, "The UNDP delegation has arrived"),
        None
    );
    assert_eq!(english("ООН и СНГ", "ООН и ООН", "The UN and the UN"), None);
    // In capitals anything looks like an acronym.
    assert_eq!(
        english("ВСТРЕЧА СНГ", "ВСТРЕЧА ООН", "THE UN MEETING"),
        None
    );
    // Another kind of name.
    assert_eq!(
        english(
            "Делегация Минска прибыла",
            source,
            "The UN delegation has arrived"
        ),
        None
    );
    assert_eq!(
        english(
            "Делегация АБВГД прибыла",
            source,
            "The UN delegation has arrived"
        ),
        None
    );
}
