package block

// pair sets mate and parent. An end tag ends the innermost open element of its
// name, and what stands open within stays without a mate, as does an end tag
// that ends nothing. So elements with mates nest properly.
func pair(pieces []piece) {
	var stack []int
	onStack := map[string]int{} // how many, by name
	for i := range pieces {
		switch name := pieces[i].name; {
		case pieces[i].kind == open:
			stack = append(stack, i)
			onStack[name]++
		case pieces[i].kind == shut && onStack[name] > 0:
			for pieces[i].mate < 0 {
				top := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				onStack[pieces[top].name]--
				if pieces[top].name == name {
					pieces[i].mate, pieces[top].mate = top, i
				}
			}
		}
	}

	parent := -1
	for i := range pieces {
		if mate := pieces[i].mate; mate >= 0 && mate < i {
			parent = pieces[mate].parent
		}
		pieces[i].parent = parent
		if pieces[i].mate > i {
			parent = i
		}
	}
}
