package metrics_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v2"

	"webex-scheduler/internal/metrics"
)

const deploy = "../../deploy/"

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(deploy, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// expressions are those of the alerts and of the dashboard.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "alerts.yaml")), &rules); err != nil {
		t.Fatal(err)
	}
	for _, group := range rules.Groups {
		for _, r := range group.Rules {
			if r.Annotations["summary"] == "" {
				t.Errorf("%s does not say what to do", r.Alert)
			}
			all[r.Alert] = r.Expr
		}
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "dashboard.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			all[p.Title+": "+target.Expr] = target.Expr
		}
	}
	if len(all) < 15 {
		t.Fatalf("%d expressions", len(all))
	}
	return all
}

// TestExpressionsNameOurMetrics: alerts and dashboard ask for what there is.
func TestExpressionsNameOurMetrics(t *testing.T) {
	t.Parallel()
	m := metrics.New("v1", func(context.Context) (metrics.Standing, error) {
		return metrics.Standing{Subscriptions: map[string]int{"live": 1, "none": 1}}, nil
	})
	m.Call("webex")("create meeting", 200, time.Second)
	m.Synced("done", "keyword", time.Second)
	families, err := m.Registry().Gather()
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string][]string{} // by metric
	for _, f := range families {
		var names []string
		for _, metric := range f.GetMetric() {
			for _, l := range metric.GetLabel() {
				names = append(names, l.GetName())
			}
		}
		labels[f.GetName()] = names
	}
	selector := regexp.MustCompile(`\b((?:webex_scheduler|process|go)_[a-z_]+)(?:\{([^}]*)\})?`)
	grouped := regexp.MustCompile(`by \(([^)]*)\)`)
	for name, expr := range expressions(t) {
		var known []string
		for _, found := range selector.FindAllStringSubmatch(expr, -1) {
			metric := found[1]
			for _, suffix := range []string{"_bucket", "_count", "_sum"} {
				if base, cut := strings.CutSuffix(metric, suffix); cut {
					if _, there := labels[base]; there {
						metric = base
					}
				}
			}
			has, ok := labels[metric]
			if !ok {
				t.Errorf("%s: there is no metric %s", name, metric)
			}
			known = append(known, has...)
			for matcher := range strings.SplitSeq(found[2], ",") {
				label, _, _ := strings.Cut(matcher, "=")
				if label = strings.TrimRight(label, "!~ "); label != "" && !slices.Contains(has, label) {
					t.Errorf("%s: %s has no label %q", name, metric, label)
				}
			}
		}
		for _, found := range grouped.FindAllStringSubmatch(expr, -1) {
			for label := range strings.SplitSeq(found[1], ",") {
				if label = strings.TrimSpace(label); label != "le" && !slices.Contains(known, label) {
					t.Errorf("%s: no metric in it has the label %q", name, label)
				}
			}
		}
	}
}

// TestUnit has systemd read the unit; CI has it.
func TestUnit(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	unit := strings.Replace(read(t, "webex-scheduler.service"), "/usr/local/bin/webex-scheduler serve", "/bin/true", 1)
	path := filepath.Join(t.TempDir(), "webex-scheduler.service")
	if err := os.WriteFile(path, []byte(unit), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", "--man=no", path).CombinedOutput()
	if err != nil || strings.Contains(string(out), "webex-scheduler") {
		t.Errorf("%v\n%s", err, out)
	}
}

// composeFile is as much of the compose specification as our file uses; strictly
// read, a misspelt word is an error.
// https://github.com/compose-spec/compose-spec/blob/main/spec.md
type composeFile struct {
	Name     string
	Server   composeService `yaml:"x-server"`
	Services map[string]composeService
	Volumes  map[string]struct{}
}

type composeService struct {
	Image       string
	Build       struct{ Context, Dockerfile string }
	EnvFile     []string          `yaml:"env_file"`
	Environment map[string]string `yaml:"environment"`
	ReadOnly    bool              `yaml:"read_only"`
	Tmpfs       []string
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	DependsOn   any      `yaml:"depends_on"` // a list, or a map with conditions
	Ports       []string
	Volumes     []string
	Healthcheck struct {
		Test     []string
		Interval time.Duration
	}
	StopGracePeriod time.Duration `yaml:"stop_grace_period"`
	Restart         string
}

// needs lists the services that have to be there before.
func (s composeService) needs() (names []string) {
	switch on := s.DependsOn.(type) {
	case []any:
		for _, name := range on {
			names = append(names, fmt.Sprint(name))
		}
	case map[any]any:
		for name := range on {
			names = append(names, fmt.Sprint(name))
		}
	}
	return names
}

// TestCompose: the services that the README speaks of, with settings that the
// program knows, and nothing named that is not there.
func TestCompose(t *testing.T) {
	t.Parallel()
	var compose composeFile
	if err := yaml.UnmarshalStrict([]byte(read(t, "compose.yaml")), &compose); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"server-1", "server-2", "database", "proxy"} {
		if _, there := compose.Services[name]; !there {
			t.Errorf("there is no service %s", name)
		}
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range compose.Services {
		if (s.Image == "") == (s.Build.Context == "") {
			t.Errorf("%s wants either an image or what to build", name)
		}
		if s.Build.Context != "" {
			if _, err := os.Stat(filepath.Join(deploy, s.Build.Context, s.Build.Dockerfile)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, other := range s.needs() {
			if _, there := compose.Services[other]; !there {
				t.Errorf("%s depends on %s, which is no service", name, other)
			}
		}
		if s.Healthcheck.Test == nil && name == "database" {
			t.Errorf("servers wait for a healthy %s, whose health nobody checks", name)
		}
		for _, volume := range s.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			_, named := compose.Volumes[source]
			if _, err := os.Stat(filepath.Join(deploy, source)); !named && (err != nil || !strings.HasPrefix(source, "./")) {
				t.Errorf("%s mounts %s, which is neither a volume nor a file", name, source)
			}
		}
		// The program finishes requests and events, ten seconds each.
		if strings.HasPrefix(name, "server-") && s.StopGracePeriod < 20*time.Second {
			t.Errorf("%s is killed %v after it was asked to stop", name, s.StopGracePeriod)
		}
		if strings.HasPrefix(name, "server-") && (!s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"})) {
			t.Errorf("%s may more than it needs", name)
		}
		for variable := range s.Environment {
			if setting, ours := strings.CutPrefix(variable, "SCHEDULER_"); ours && !strings.Contains(string(readme), "| `"+setting+"` |") {
				t.Errorf("%s: the README knows no %s", name, variable)
			}
		}
		if strings.HasPrefix(name, "server-") && !strings.Contains(read(t, "Caddyfile"), name+":8080") {
			t.Errorf("the proxy does not know %s", name)
		}
	}
}
