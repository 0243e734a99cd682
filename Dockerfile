# SPDX-License-Identifier: AGPL-3.0-or-later
# Node comes from a wheel for this stage only: the pages' style and scripts are built, and nothing else is taken from it.
FROM python:3.12-slim-bookworm AS assets
WORKDIR /ponte
COPY dispatch/web dispatch/web
RUN python dispatch/web/assets/build.py \
    && test -f dispatch/web/static/vendor/ponte.css

FROM python:3.12-slim-bookworm AS build
WORKDIR /ponte
COPY requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY config config
COPY dispatch dispatch
COPY notifications notifications
COPY solver solver
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation -e .
# Compiled now: a part that is started again after a fault is back seconds sooner, and nothing is written there later.
RUN .venv/bin/python -m compileall -q config dispatch notifications solver
COPY --from=assets /ponte/dispatch/web/static/vendor dispatch/web/static/vendor

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/ponte --create-home ponte \
    && install --directory --owner=ponte /var/cache/ponte
WORKDIR /ponte
COPY --from=build /ponte /ponte
ENV PATH=/ponte/.venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 NUMBA_CACHE_DIR=/var/cache/ponte \
    PONTE_HOME=/var/lib/ponte PONTE_HOST=0.0.0.0 PONTE_PORT=8080
USER ponte
# The pricing is compiled now, once. The folder stays writable: another kind of processor compiles its own code there.
RUN python -m solver.warm
EXPOSE 8080
ENTRYPOINT ["ponte"]
CMD ["run"]
