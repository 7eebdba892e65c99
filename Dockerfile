# Image of squall: docker build -t squall:0.1.0 .
# `squall k8s` and compose.yaml use it. The user has the number 1000, so that Kubernetes can see that it is not root.

FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# What users of the npm package get, compiled by its `prepare` script; then the versions of the lock file.
RUN npm pack && mkdir /opt/squall && tar -xzf squall-*.tgz -C /opt/squall --strip-components=1
WORKDIR /opt/squall
RUN cp /build/package-lock.json . && npm ci --omit=dev --ignore-scripts --no-audit --no-fund && chmod +x dist/main.js

FROM node:22-slim
ENV NODE_ENV=production
COPY --from=build /opt/squall /opt/squall
RUN ln -s /opt/squall/dist/main.js /usr/local/bin/squall && mkdir -p /squall/results && chown -R 1000:1000 /squall
USER 1000:1000
WORKDIR /squall
ENTRYPOINT ["squall"]
CMD ["--help"]
