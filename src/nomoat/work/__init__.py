"""Which traffic of one's own can an open model serve: logs, use cases, plan, run, score, prove, route, watch."""
