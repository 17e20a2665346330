"""Operating the portal: server and worker, schema, demo content, health checks, endpoints for machines."""
