# The call engine: Asterisk from Debian's packages, with Cordboard's configuration, run by an ordinary user. Build from the root:
# docker build -f tools/asterisk.Dockerfile .
FROM node:22-slim
WORKDIR /cordboard
COPY package.json ./
COPY tools tools
RUN node -e "import('./tools/lib/asterisk.mjs').then(({ findAsterisk }) => findAsterisk(console.log)).then(console.log)" \
  && mkdir -p /engine/messages /engine-password && chown -R node:node /engine /engine-password
USER node
EXPOSE 5060/udp 8088
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8088/ari/asterisk/ping').then(({ status }) => process.exit(status === 401 ? 0 : 1), () => process.exit(1))"]
CMD ["node", "tools/engine.mjs"]
