# syntax=docker/dockerfile:1
# The image of seamlint: `docker run --rm -v "$PWD:/project:ro" seamlint`.
FROM rust:1.98.0-alpine3.24 AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY data ./data
COPY rules ./rules
COPY src ./src
# The manifest names this test, so that it has to be there.
COPY tests/pages.rs ./tests/
# On Alpine, Rust links without any library of the system.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin seamlint && \
    install -D target/release/seamlint /out/seamlint

FROM alpine:3.24.1
COPY --from=build /out/seamlint /usr/local/bin/seamlint
USER 65532:65532
WORKDIR /project
ENTRYPOINT ["seamlint"]
