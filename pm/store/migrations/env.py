"""What Alembic runs: the migrations of `versions`, on the connection that it is handed, inside its transaction."""

from alembic import context

config = context.config
connection = config.attributes["connection"]
context.configure(connection=connection, version_table=config.attributes["version_table"])
with context.begin_transaction():
    context.run_migrations()
