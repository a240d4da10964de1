"""Drills: a scenario, somebody who acts (or nobody), and a scoreboard. Live or in virtual time, the same figures."""
