{
    "name": "Webhooks by queue_job",
    "summary": "What an add-on that sends its webhooks with queue_job does; for a benchmark",
    "version": "19.0.1.0.0",
    "author": "Enord",
    "license": "LGPL-3",
    "depends": ["queue_job"],
}
