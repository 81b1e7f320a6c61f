"""Proposals: edits with their reason, how they are shown, and how they meet a page's bytes."""

from refiner.proposals.anchor import Anchored, anchor, locate_anchor, rebase
from refiner.proposals.build import edit_digest, make_proposals
from refiner.proposals.compose import Composed, compose, inverse
from refiner.proposals.diff import Change, page_diff, word_diff
from refiner.proposals.draft import Abstention, Draft, Flag, PlacedDraft
from refiner.proposals.model import STATES, Proposal, State, proposal_json
from refiner.proposals.view import View, reworded, view_of

__all__ = [
    "STATES",
    "Abstention",
    "Anchored",
    "Change",
    "Composed",
    "Draft",
    "Flag",
    "PlacedDraft",
    "Proposal",
    "State",
    "View",
    "anchor",
    "compose",
    "edit_digest",
    "inverse",
    "locate_anchor",
    "make_proposals",
    "page_diff",
    "proposal_json",
    "rebase",
    "reworded",
    "view_of",
    "word_diff",
]
