/** A key and a certificate that it signed itself, for gateway.test and 127.0.0.1, good for a hundred years and for tests. */
export const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQge0lONpL3vjVEX42b
kTg+KIvTw14QptcteQh70w+ym1ehRANCAAR9rroCa24z9TtEk7yBxIj9zQbNUafC
xxpsO4Z6gJyCcD4hujNdbkvFY/q4hiRep+d62ax3rQ2HwFUclnS/v+/a
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBpDCCAUqgAwIBAgIUW4ETEb5hZJVSf+vsdJnOhPUuReUwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMZ2F0ZXdheS50ZXN0MCAXDTI2MTEyMzE4NTEwNFoYDzIxMjYx
MDMwMTg1MTA0WjAXMRUwEwYDVQQDDAxnYXRld2F5LnRlc3QwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAR9rroCa24z9TtEk7yBxIj9zQbNUafCxxpsO4Z6gJyCcD4h
ujNdbkvFY/q4hiRep+d62ax3rQ2HwFUclnS/v+/ao3IwcDAdBgNVHQ4EFgQUh/wC
S0l0VpKhNWteiuorS39pOvMwHwYDVR0jBBgwFoAUh/wCS0l0VpKhNWteiuorS39p
OvMwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHREEFjAUggxnYXRld2F5LnRlc3SHBH8A
AAEwCgYIKoZIzj0EAwIDSAAwRQIgODwLpYme0RVMfuffiFcLtIiZ+LgQcstPQdoI
1S/donYCIQC6kPB9mXfFLEaKCkbxMtd4JpC6QFgXeH4+i8opEikCmQ==
-----END CERTIFICATE-----
`,
} as const;
