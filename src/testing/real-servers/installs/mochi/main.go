// Command mochi is mochi-mqtt with a WebSocket listener. What it accepts, refuses and ends, an HTTP service decides:
// `mochi PORT SERVICE`. The service counts, too.
package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// question is what the service is asked: `connect`, `renew`, `publish`, `subscribe`, or told: `expired`, `pingTimeout`.
type question struct {
	Kind    string `json:"kind"`
	Client  string `json:"client"`
	Version byte   `json:"version"`
	User    string `json:"user"`
	Token   string `json:"token"`
	Payload string `json:"payload"`
	Dup     bool   `json:"dup"`
}

type answer struct {
	Ok bool `json:"ok"`
	// ExpiresInMs is the time until the connection is ended; 0: it is not.
	ExpiresInMs int64 `json:"expiresInMs"`
	// EndsWith is the reason code of that end.
	EndsWith byte `json:"endsWith"`
	// Code refuses a publication.
	Code byte `json:"code"`
	// KeepaliveS is the keep alive that the client is asked for, in seconds; 0: its own.
	KeepaliveS uint16 `json:"keepaliveS"`
}

type hook struct {
	mqtt.HookBase
	server  *mqtt.Server
	service string
	mutex   sync.Mutex
	timers  map[*mqtt.Client]*time.Timer
}

func (h *hook) ID() string { return "squall" }

func (h *hook) Provides(b byte) bool {
	return bytes.Contains([]byte{mqtt.OnConnectAuthenticate, mqtt.OnACLCheck, mqtt.OnPublish, mqtt.OnAuthPacket, mqtt.OnDisconnect}, []byte{b})
}

func (h *hook) ask(q question) answer {
	var a answer
	body, _ := json.Marshal(q)
	response, err := http.Post(h.service, "application/json", bytes.NewReader(body))
	if err != nil {
		return a
	}
	defer response.Body.Close()
	_ = json.NewDecoder(response.Body).Decode(&a)
	return a
}

func (h *hook) OnConnectAuthenticate(cl *mqtt.Client, pk packets.Packet) bool {
	token := string(pk.Connect.Password)
	if pk.Properties.AuthenticationMethod != "" {
		token = string(pk.Properties.AuthenticationData)
	}
	a := h.ask(question{Kind: "connect", Client: cl.ID, Version: pk.ProtocolVersion, User: string(pk.Connect.Username), Token: token})
	if a.Ok {
		h.endIn(cl, a)
		if a.KeepaliveS > 0 {
			cl.State.Keepalive = a.KeepaliveS
			cl.State.ServerKeepalive = true
		}
	}
	return a.Ok
}

func (h *hook) OnAuthPacket(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	a := h.ask(question{Kind: "renew", Client: cl.ID, Token: string(pk.Properties.AuthenticationData)})
	if !a.Ok {
		return pk, packets.ErrNotAuthorized
	}
	h.endIn(cl, a)
	return pk, cl.WritePacket(packets.Packet{
		FixedHeader: packets.FixedHeader{Type: packets.Auth},
		ReasonCode:  packets.CodeSuccess.Code,
		Properties:  packets.Properties{AuthenticationMethod: pk.Properties.AuthenticationMethod},
	})
}

func (h *hook) OnACLCheck(cl *mqtt.Client, topic string, write bool) bool {
	return write || h.ask(question{Kind: "subscribe", Client: cl.ID, Payload: topic}).Ok
}

func (h *hook) OnPublish(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	a := h.ask(question{Kind: "publish", Client: cl.ID, Payload: string(pk.Payload), Dup: pk.FixedHeader.Dup})
	if a.Ok {
		return pk, nil
	}
	return pk, packets.Code{Code: a.Code, Reason: "refused by the service"}
}

func (h *hook) OnDisconnect(cl *mqtt.Client, err error, _ bool) {
	h.mutex.Lock()
	if timer, ok := h.timers[cl]; ok {
		timer.Stop()
		delete(h.timers, cl)
	}
	h.mutex.Unlock()
}

// endIn ends a connection when its token expires, in place of any earlier end.
func (h *hook) endIn(cl *mqtt.Client, a answer) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if timer, ok := h.timers[cl]; ok {
		timer.Stop()
	}
	if a.ExpiresInMs == 0 {
		return
	}
	h.timers[cl] = time.AfterFunc(time.Duration(a.ExpiresInMs)*time.Millisecond, func() {
		h.ask(question{Kind: "expired", Client: cl.ID})
		_ = h.server.DisconnectClient(cl, packets.Code{Code: a.EndsWith, Reason: "token expired"})
	})
}

func main() {
	options := &mqtt.Options{Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))}
	server := mqtt.New(options)
	h := &hook{server: server, service: os.Args[2], timers: map[*mqtt.Client]*time.Timer{}}
	if err := server.AddHook(h, nil); err != nil {
		panic(err)
	}
	listener := listeners.NewWebsocket(listeners.Config{ID: "ws", Address: "127.0.0.1:" + os.Args[1]})
	if err := server.AddListener(listener); err != nil {
		panic(err)
	}
	if err := server.Serve(); err != nil {
		panic(err)
	}
	select {}
}
