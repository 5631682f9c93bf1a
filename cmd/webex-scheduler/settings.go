package main

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"webex-scheduler/internal/config"
)

// Settings are the variables of the configuration as flags. They are strings:
// config checks them all and reports every problem at once.
type Settings struct {
	EnvFile string `help:"File of further SCHEDULER_… variables, a NAME=value a line." type:"path" placeholder:"FILE"`

	PublicURL             string `name:"public-url" env:"SCHEDULER_PUBLIC_URL" group:"Settings" placeholder:"URL" help:"Address that browsers, Microsoft and Webex reach."`
	Listen                string `env:"SCHEDULER_LISTEN" group:"Settings" placeholder:"ADDRESS" help:"Address to bind (:8080)."`
	DatabaseURL           string `name:"database-url" env:"SCHEDULER_DATABASE_URL" group:"Settings" placeholder:"URL" help:"sqlite://path or postgres://… (sqlite://var/scheduler.db)."`
	SecretKeys            string `env:"SCHEDULER_SECRET_KEYS" group:"Settings" placeholder:"KEYS" help:"Comma-separated base64 keys of 32 bytes; better as a variable."`
	MicrosoftClientID     string `name:"microsoft-client-id" env:"SCHEDULER_MICROSOFT_CLIENT_ID" group:"Settings" placeholder:"ID" help:"Application id of the app registration."`
	MicrosoftClientSecret string `env:"SCHEDULER_MICROSOFT_CLIENT_SECRET" group:"Settings" placeholder:"SECRET" help:"Its client secret; better as a variable."`
	MicrosoftCertificate  string `env:"SCHEDULER_MICROSOFT_CERTIFICATE" group:"Settings" placeholder:"FILE" help:"Or a PEM file with certificates and private keys; needed for tenant-wide authorisation."`
	MicrosoftLoginURL     string `name:"microsoft-login-url" env:"SCHEDULER_MICROSOFT_LOGIN_URL" group:"Settings" placeholder:"URL" help:"Where Microsoft signs people in."`
	MicrosoftGraphURL     string `name:"microsoft-graph-url" env:"SCHEDULER_MICROSOFT_GRAPH_URL" group:"Settings" placeholder:"URL" help:"Where Microsoft Graph is."`
	WebexClientID         string `name:"webex-client-id" env:"SCHEDULER_WEBEX_CLIENT_ID" group:"Settings" placeholder:"ID" help:"Client id of the Webex integration."`
	WebexClientSecret     string `env:"SCHEDULER_WEBEX_CLIENT_SECRET" group:"Settings" placeholder:"SECRET" help:"Its client secret; better as a variable."`
	WebexAPIURL           string `name:"webex-api-url" env:"SCHEDULER_WEBEX_API_URL" group:"Settings" placeholder:"URL" help:"Where Webex is, without /v1."`
	Admins                string `env:"SCHEDULER_ADMINS" group:"Settings" placeholder:"LIST" help:"Owners of /admin of their own tenant."`
	SweepInterval         string `env:"SCHEDULER_SWEEP_INTERVAL" group:"Settings" placeholder:"DURATION" help:"How often each mailbox is checked (15m)."`
	Lease                 string `env:"SCHEDULER_LEASE" group:"Settings" placeholder:"DURATION" help:"How long a vanished process keeps its mailboxes (30s)."`
	OfficeJSURL           string `name:"office-js-url" env:"SCHEDULER_OFFICE_JS_URL" group:"Settings" placeholder:"URL" help:"Where the pane loads Office.js from."`
	LogFormat             string `env:"SCHEDULER_LOG_FORMAT" group:"Settings" placeholder:"FORMAT" help:"text or json (text)."`
	LogLevel              string `env:"SCHEDULER_LOG_LEVEL" group:"Settings" placeholder:"LEVEL" help:"debug, info, warn or error (info)."`
	MetricsListen         string `env:"SCHEDULER_METRICS_LISTEN" group:"Settings" placeholder:"ADDRESS" help:"Address for /metrics (off)."`
}

// lookup returns settings by name: a flag or variable first, then the file.
func (s *Settings) lookup() (func(name string) string, error) {
	set := map[string]string{}
	if s.EnvFile != "" {
		if err := readEnvFile(s.EnvFile, set); err != nil {
			return nil, err
		}
	}
	v := reflect.ValueOf(*s)
	for i := range v.NumField() {
		name := strings.TrimPrefix(v.Type().Field(i).Tag.Get("env"), config.Prefix)
		if value := v.Field(i).String(); name != "" && value != "" {
			set[name] = value
		}
	}
	return func(name string) string { return set[name] }, nil
}

func readEnvFile(path string, into map[string]string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("--env-file: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if !ok {
			return fmt.Errorf("--env-file: %s:%d: want NAME=value", path, n)
		}
		name, ours := strings.CutPrefix(strings.TrimSpace(name), config.Prefix)
		if !ours {
			continue
		}
		if !slices.ContainsFunc(config.Variables, func(v config.Variable) bool { return v.Name == name }) {
			return fmt.Errorf("--env-file: %s:%d: there is no variable %s%s", path, n, config.Prefix, name)
		}
		into[name] = unquote(strings.TrimSpace(value))
	}
	return lines.Err()
}

func unquote(v string) string {
	if len(v) >= 2 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
		return v[1 : len(v)-1]
	}
	return v
}
