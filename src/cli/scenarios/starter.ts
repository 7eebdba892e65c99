/** The scenario that `squall init` writes: it runs in half a minute on a laptop, and every key in it is explained. */
export const STARTER = `# A first scenario for squall. Run it:       squall run scenario.yaml
# Check it without running it:               squall validate scenario.yaml
# Change a value for one run:                squall run scenario.yaml --set clients.count=50
#
# What it shows: 200 clients are connected; after 10 s a deploy closes half of the connections with code 1012
# (service restart). Look at the peak of attempts a second, and at how long the last client takes to be ready again.

name: first-storm
description: A deploy drops half of 200 connections.
seed: 1 # same seed, same draws: whom a fault hits, every jitter, every clock
duration: 25s

target:
  # squall's own gateway and token service, in a process of their own. For a system of yours write in place of it
  #   url: ws://127.0.0.1:8080/realtime
  embedded:
    capacity: { handshakes: 200/s, queue: 1000 } # one handshake more than the queue holds is refused with HTTP 503
    onExpiry: close # close | notify | ignore: what the gateway does when a token runs out on an open connection

tokens:
  lifetime: 60s
  issued: spread # spread | together: whether the first tokens share one expiry
  carrier: header # header | query | cookie | subprotocol | message: how the token travels
  renewal: reconnect # reconnect | in-band: what a client does with its next token
  refresh:
    lead: 10s # how long before the expiry a client asks for its next token
    jitter: { uniform: 5s } # asked for earlier still, by up to this much

clients:
  count: 200
  arrive: { over: 5s }
  backoff: socket.io-client # how a real library waits between attempts

faults:
  - { at: 10s, share: 50%, drop: { code: 1012, reason: deploy } }

thresholds:
  - peak(attempts) < 200/s
  - p99(handshake) < 2s
  - t95(recovery) < 10s
`;
