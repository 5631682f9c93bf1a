package manifest

import "embed"

//go:generate go run ./gen
//go:embed icon/*.png
var icons embed.FS

// Icon returns a PNG by the name it has in the manifest's addresses.
func Icon(name string) (png []byte, ok bool) {
	png, err := icons.ReadFile("icon/" + name)
	return png, err == nil
}
