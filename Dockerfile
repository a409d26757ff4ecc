# One image for everything; the command names what runs: `run intake`, `run tracking`, … or `prepare`. docs/running.md says how.

FROM node:22.19.0-bookworm-slim AS browser
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

# Not the slim one: it has the C compiler for what reads texts (shared/language/*.c).
FROM python:3.11.14-bookworm AS build
WORKDIR /app
COPY requirements.lock ./
COPY tools/environment.py tools/runtime_environment.py tools/
RUN python -m tools.runtime_environment
COPY pyproject.toml ./
COPY shared shared
COPY services services
RUN python -c "from tools.environment import set_up_command, set_up_compiled_code; set_up_command(); set_up_compiled_code()" \
    && test -e shared/language/_compiled.so \
    && .venv/bin/python -m pip uninstall --quiet --yes setuptools pip \
    && python -m compileall -q --invalidation-mode unchecked-hash shared services
COPY --from=browser /build/node_modules/htmx.org/dist/htmx.min.js shared/web/static/vendor/

FROM python:3.11.14-slim-bookworm
COPY --from=build /app /app
# The user owns nothing but the data folder, and needs nothing else but /tmp for uploads: the root may be read-only.
RUN install --directory --owner=10001 --group=10001 --mode=0700 /data
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HUIYING_HOST=0.0.0.0 \
    HUIYING_DATA=/data
WORKDIR /app
USER 10001:10001
EXPOSE 8012
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; way = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('HUIYING_PORT') or 8012), timeout=3); way.request('GET', '/livez'); sys.exit(way.getresponse().status != 200)"]
ENTRYPOINT ["huiying"]
