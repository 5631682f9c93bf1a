package main

import "context"

func size(context.Context) error { return nil }
