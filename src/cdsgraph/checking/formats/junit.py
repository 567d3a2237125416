"""A report as JUnit XML: a suite for each severity, a case for each rule, those that found nothing included.

A case fails where the rule's severity is among those that fail; findings below are told in `system-out` of a passed
case. A rule with waived findings only is skipped, with the reasons.
"""

import re
from itertools import groupby
from typing import Final
from xml.etree import ElementTree as ET

from cdsgraph.checking.formats.wording import Wording
from cdsgraph.checking.report import SEVERITIES, Report, Result, Rule, Severity, in_language

# What XML 1.0 cannot hold, not even as a reference.
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report, words: Wording, fail_on: Severity) -> str:
    """The report as XML; the same for the same report, without times and host names."""
    root = ET.Element("testsuites", name="cdsgraph validate")
    results: dict[str, list[Result]] = {}
    for result in report.results:
        results.setdefault(report.rule(result).name, []).append(result)
    for severity, rules in groupby(report.all_rules, lambda rule: rule.severity):
        suite = ET.SubElement(root, "testsuite", name=words[f"severity.{severity}"])
        for rule in rules:
            _add_case(suite, rule, results.get(rule.name, []), words, fail_on)
        _count(suite)
    for key in _COUNTED:
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


_COUNTED: Final = ("tests", "failures", "errors", "skipped")


def _add_case(suite: ET.Element, rule: Rule, results: list[Result], words: Wording, fail_on: Severity) -> None:
    case = ET.SubElement(suite, "testcase", classname=f"cdsgraph.{rule.severity}", name=_clean(rule.name), time="0")
    fails = [each for each in results if each.waived is None and not each.hint and _counts(each, fail_on)]
    waived = [each for each in results if each.waived is not None]
    told = [each for each in results if each not in fails]
    if fails:
        message = fails[0].message(words.lang)
        failure = ET.SubElement(case, "failure", message=_clean(message), type=rule.severity)
        failure.text = _lines(fails, words)
    elif waived and len(waived) == len(results):
        reasons = dict.fromkeys(words.waived(each) for each in waived)
        ET.SubElement(case, "skipped", message=_clean("; ".join(reasons)))
    if told:
        ET.SubElement(case, "system-out").text = _lines(told, words)


def _counts(result: Result, fail_on: Severity) -> bool:
    return SEVERITIES.index(result.severity) <= SEVERITIES.index(fail_on)


def _count(suite: ET.Element) -> None:
    counts = {"tests": len(suite), "failures": len(suite.findall("*/failure")), "errors": 0}
    for key, number in (counts | {"skipped": len(suite.findall("*/skipped"))}).items():
        suite.set(key, str(number))
    suite.set("time", "0")


def _lines(results: list[Result], words: Wording) -> str:
    lines = [""]
    for each in results:
        lines.append("  ".join(part for part in (words.places(each), words.finding(each), words.waived(each)) if part))
    remedies = dict.fromkeys(in_language(each.remedies, words.lang) for each in results)
    lines += [f"{words['remedy']}: {remedy}" for remedy in remedies if remedy]
    return _clean("\n".join([*lines, ""]))


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
