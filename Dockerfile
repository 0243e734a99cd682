# SPDX-License-Identifier: AGPL-3.0-or-later
FROM python:3.12-slim-bookworm AS build
WORKDIR /ponte
COPY requirements.lock ./
RUN python -m venv .venv && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
# Node comes from a wheel for this stage only: the pages' styles and scripts are built, and Node stays behind.
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && .venv/bin/python dispatch/web/assets/build.py \
    && rm -rf dispatch/web/assets/node_modules

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/ponte --create-home ponte \
    && install --directory --owner=ponte /var/cache/ponte
WORKDIR /ponte
COPY --from=build /ponte /ponte
ENV PATH=/ponte/.venv/bin:$PATH PONTE_HOME=/var/lib/ponte PONTE_HOST=0.0.0.0 PONTE_PORT=8080 \
    NUMBA_CACHE_DIR=/var/cache/ponte
USER ponte
# The pricing is compiled now, once. The folder stays writable: another kind of processor compiles its own code there.
RUN python -m solver.warm
EXPOSE 8080
ENTRYPOINT ["ponte"]
CMD ["run"]
