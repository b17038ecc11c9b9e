"""The TMF630 query language: one parser, one expression tree, and the same answers from SQL and in memory."""

from tmfsite.query.errors import QueryError
from tmfsite.query.expression import And, Exists, Expression, Not, Or, SomeElement, Test
from tmfsite.query.fragments import Sql
from tmfsite.query.jsonpath import parse_jsonpath
from tmfsite.query.memory import compile_memory, matches
from tmfsite.query.paging import Page, link_header, page
from tmfsite.query.parser import RESERVED, Query, parse, parse_hub_query
from tmfsite.query.postgres import POSTGRES_FUNCTIONS
from tmfsite.query.queryset import Matches
from tmfsite.query.selection import project, top_level
from tmfsite.query.sort import SortKey
from tmfsite.query.sql import order_by, where

__all__ = [
    "POSTGRES_FUNCTIONS",
    "RESERVED",
    "And",
    "Exists",
    "Expression",
    "Matches",
    "Not",
    "Or",
    "Page",
    "Query",
    "QueryError",
    "SomeElement",
    "SortKey",
    "Sql",
    "Test",
    "compile_memory",
    "link_header",
    "matches",
    "order_by",
    "page",
    "parse",
    "parse_hub_query",
    "parse_jsonpath",
    "project",
    "top_level",
    "where",
]
