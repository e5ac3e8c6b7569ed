"""What columns are called, and what the words in them mean: by shop systems, and by whoever made the file."""

from shopbell.commerce.mapping.heads.rules import guesses as guesses
from shopbell.commerce.mapping.heads.rules import line_field as line_field
from shopbell.commerce.mapping.heads.states import MEANINGS as MEANINGS
from shopbell.commerce.mapping.heads.states import meaning as meaning
from shopbell.commerce.mapping.heads.words import meanings as meanings
