"""What the groups of graphs, pivots and lists are called."""

import babel.dates
import pytz
from odoo import fields, models
from odoo.tools import get_lang

from ..staff import call_reason
from ..staff.event_told import reasons


def _with_labels(formatter, label_of):
    """Odoo's formatter of a group's value, with another label; what is in it stays."""
    def formatted(value):
        shown, domain = formatter(value)
        return shown and label_of(shown), domain

    return formatted


def _hour_label(env):
    """Of the 24: Odoo's has 12 and does not say which half of the day, and a graph makes one point
    of what is called the same."""
    name = env.context.get("tz")
    zone = pytz.timezone(name) if name in pytz.all_timezones_set else pytz.utc
    locale = get_lang(env).code

    def label_of(shown):
        begins, _label = shown
        moment = fields.Datetime.from_string(begins)
        return begins, babel.dates.format_datetime(
            moment, "HH:00 dd MMM", tzinfo=zone, locale=locale,
        )

    return label_of


class EnordApiCall(models.Model):
    _inherit = "enord.api.call"

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        formatter = super()._web_read_group_groupby_formatter(groupby_spec, values)
        if groupby_spec.endswith(":hour"):
            return _with_labels(formatter, _hour_label(self.env))
        if groupby_spec == "code":
            # another add-on's code is shown as it is
            return _with_labels(
                formatter, lambda code: call_reason.in_words(self.env, code) or code,
            )
        return formatter


class EnordWebhookEvent(models.Model):
    _inherit = "enord.webhook.event"

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        formatter = super()._web_read_group_groupby_formatter(groupby_spec, values)
        if groupby_spec.endswith(":hour"):
            return _with_labels(formatter, _hour_label(self.env))
        if groupby_spec == "change_reason":
            said = reasons(self.env)
            # another add-on's word is shown as it is told
            return _with_labels(formatter, lambda word: said.get(word, word))
        return formatter
