# ragqa with the index of the starter corpus; see docs/serving.md.
FROM python:3.11.7-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /opt/ragqa
COPY pyproject.toml constraints.txt README.md LICENSE CHANGELOG.md ./
COPY src src
COPY corpus corpus
RUN /opt/ragqa/bin/python -m pip install --constraint constraints.txt ".[server]"
RUN /opt/ragqa/bin/ragqa index build corpus --index /opt/index

FROM python:3.11.7-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home ragqa && mkdir /state && chown ragqa /state
COPY --from=build /opt/ragqa /opt/ragqa
COPY --from=build /opt/index /opt/index
ENV PATH=/opt/ragqa/bin:$PATH RAGQA_INDEX=/opt/index RAGQA_STATE=/state HF_HUB_OFFLINE=1 PYTHONDONTWRITEBYTECODE=1
USER ragqa
VOLUME /state
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["ragqa"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
