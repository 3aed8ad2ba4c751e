"""What each view of the page has once it shows something, as a script tells it."""

READY = {
    "overview": "document.querySelector('.money canvas') && document.querySelector('.rows tbody tr')",
    "fleet": "document.querySelector('#fleet tbody tr') && document.querySelector('.ship-mark')",
    "chains": "document.querySelector('.node') && document.querySelector('#chains tbody tr')",
    "markets": "document.querySelector('.heat tbody td[data-heat]')",
    "ledger": "document.querySelector('#ledger tbody tr')",
    "logs": "document.querySelector('.log li')",
    "settings": "document.querySelector('.revision')",
}
